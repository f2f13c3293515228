"""Wrong: threads ask for all three, and result() stops the event loop until they have them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    def ask(name):
        return asyncio.run(tarea_lenta(name, 2))

    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(ask, name) for name in NAMES]
        return [each.result() for each in asked]
