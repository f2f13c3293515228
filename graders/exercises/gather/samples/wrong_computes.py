"""Wrong: it computes in the event loop, with the three tasks under way."""

import asyncio
import time

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    asked = [asyncio.create_task(tarea_lenta(name, 2)) for name in NAMES]
    await asyncio.sleep(0)
    end = time.thread_time() + 0.3
    while time.thread_time() < end:
        pass
    return await asyncio.gather(*asked)
