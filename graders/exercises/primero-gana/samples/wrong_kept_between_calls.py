"""Wrong: the tasks of an earlier call are still in the list of the next."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar, tareas=[]):
    tareas += [asyncio.create_task(consultar(n, p, abandonar)) for n, p in servidores.items()]
    pendientes, buenas = set(tareas), []
    try:
        while pendientes and not buenas:
            hechas, pendientes = await asyncio.wait(
                pendientes, return_when=asyncio.FIRST_COMPLETED
            )
            buenas = [t for t in tareas if t in hechas and not t.cancelled() and not t.exception()]
        return (buenas or list(hechas))[0].result()
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
