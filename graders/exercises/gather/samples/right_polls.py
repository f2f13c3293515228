"""Right: it looks again and again whether all are done, and never rests meanwhile."""

import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    asked = [asyncio.create_task(tarea_lenta(name, 2)) for name in NAMES]
    while not all(task.done() for task in asked):
        await asyncio.sleep(0)
    return [task.result() for task in asked]
