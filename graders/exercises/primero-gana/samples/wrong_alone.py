"""Wrong: waits for the cancelled although there are none."""

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
        buenas = []
        while pendientes and not buenas:
            hechas, pendientes = await asyncio.wait(
                pendientes, return_when=asyncio.FIRST_COMPLETED
            )
            buenas = [tarea for tarea in hechas if tarea.exception() is None]
    finally:
        vivas = [tarea for tarea in tareas if not tarea.done()]
        for tarea in vivas:
            tarea.cancel()
        await asyncio.wait(vivas)
    return (buenas or list(hechas))[0].result()
