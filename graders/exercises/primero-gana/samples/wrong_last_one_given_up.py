"""Wrong: when a single server is left it gives up, though that may answer."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    llegadas = asyncio.Queue()
    tareas = [asyncio.create_task(consultar(n, p, abandonar)) for n, p in servidores.items()]
    for tarea in tareas:
        tarea.add_done_callback(llegadas.put_nowait)
    try:
        for quedan in range(len(tareas) - 1, -1, -1):
            tarea = await llegadas.get()
            if not tarea.exception() or quedan <= 1:
                return tarea.result()
    finally:
        for tarea in tareas:
            tarea.cancel()
        await asyncio.gather(*tareas, return_exceptions=True)
