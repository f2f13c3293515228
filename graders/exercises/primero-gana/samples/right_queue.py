"""Right: a queue of ends; the others are awaited one by one."""

import asyncio


async def consultar(nombre, preguntar, abandonar):
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def despedir(tareas):
    for tarea in tareas:
        tarea.cancel()
    for tarea in tareas:
        try:
            await tarea
        except (asyncio.CancelledError, Exception):
            pass


async def primero_gana(servidores: dict, abandonar) -> object:
    llegadas: asyncio.Queue = asyncio.Queue()
    tareas = []
    for nombre, preguntar in servidores.items():
        tarea = asyncio.create_task(consultar(nombre, preguntar, abandonar), name=nombre)
        tarea.add_done_callback(llegadas.put_nowait)
        tareas.append(tarea)
    try:
        for quedan in range(len(tareas) - 1, -1, -1):
            tarea = await llegadas.get()
            if tarea.exception() is None or quedan == 0:
                return tarea.result()
    finally:
        await despedir(tareas)
