import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    tareas = [
        asyncio.create_task(consultar(nombre, preguntar, abandonar))
        for nombre, preguntar in servidores.items()
    ]
    try:
        return await primera_respuesta(tareas)
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)


async def primera_respuesta(tareas):
    pendientes = set(tareas)
    while True:
        hechas, pendientes = await asyncio.wait(pendientes, return_when=asyncio.FIRST_COMPLETED)
        for tarea in hechas:
            if tarea.exception() is None and tarea.result() is not None:
                return tarea.result()
        if not pendientes:
            return hechas.pop().result()
