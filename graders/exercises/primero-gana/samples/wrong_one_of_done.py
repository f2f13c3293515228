"""Wrong: looks at one of the tasks that wait() found done, and forgets the others."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    tareas = [asyncio.create_task(consultar(n, p, abandonar)) for n, p in servidores.items()]
    pendientes = set(tareas)
    try:
        while pendientes:
            hechas, pendientes = await asyncio.wait(
                pendientes, return_when=asyncio.FIRST_COMPLETED
            )
            tarea = hechas.pop()
            if not tarea.exception():
                break
        return tarea.result()
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
