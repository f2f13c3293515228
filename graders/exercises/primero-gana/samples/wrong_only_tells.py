"""Wrong: tells the others, but cancels none."""

import asyncio


async def primero_gana(servidores, abandonar):
    tareas = {asyncio.create_task(servidores[n]()): n for n in servidores}
    pendientes = set(tareas)
    while True:
        hechas, pendientes = await asyncio.wait(
            pendientes, return_when=asyncio.FIRST_COMPLETED
        )
        buenas = [tarea for tarea in hechas if tarea.exception() is None]
        if buenas or not pendientes:
            break
    for tarea in pendientes:
        await abandonar(tareas[tarea])
    return (buenas or list(hechas))[0].result()
