"""Wrong: returns the first answer and forgets the others."""

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
    pendientes = set(tareas)
    while True:
        hechas, pendientes = await asyncio.wait(
            pendientes, return_when=asyncio.FIRST_COMPLETED
        )
        buenas = [tarea for tarea in hechas if tarea.exception() is None]
        if buenas or not pendientes:
            break
    return (buenas or list(hechas))[0].result()
