"""Wrong: if it is cancelled, it cancels the others and leaves."""

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
        pendientes = set(tareas)
        while True:
            hechas, pendientes = await asyncio.wait(
                pendientes, return_when=asyncio.FIRST_COMPLETED
            )
            buenas = [tarea for tarea in hechas if tarea.exception() is None]
            if buenas or not pendientes:
                break
    except asyncio.CancelledError:
        for tarea in tareas:
            tarea.cancel()
        raise
    for tarea in pendientes:
        tarea.cancel()
    await asyncio.gather(*pendientes, return_exceptions=True)
    return (buenas or list(hechas))[0].result()
