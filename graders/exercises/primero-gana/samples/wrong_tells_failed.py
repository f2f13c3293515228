"""Wrong: whatever goes wrong, it tells the server, also the one that failed."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except BaseException:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    tareas = [asyncio.create_task(consultar(n, p, abandonar)) for n, p in servidores.items()]
    try:
        pendientes = set(tareas)
        while pendientes:
            hechas, pendientes = await asyncio.wait(
                pendientes, return_when=asyncio.FIRST_COMPLETED
            )
            for tarea in hechas:
                ultima = tarea
                if not tarea.exception():
                    return tarea.result()
        return ultima.result()
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
