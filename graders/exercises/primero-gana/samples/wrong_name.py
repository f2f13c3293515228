"""Wrong: returns the winner's name, not its answer."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    tareas = {
        asyncio.create_task(consultar(nombre, preguntar, abandonar)): nombre
        for nombre, preguntar in servidores.items()
    }
    try:
        pendientes = set(tareas)
        while True:
            hechas, pendientes = await asyncio.wait(
                pendientes, return_when=asyncio.FIRST_COMPLETED
            )
            for tarea in hechas:
                if not tarea.exception() or not pendientes:
                    tarea.result()
                    return tareas[tarea]
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
