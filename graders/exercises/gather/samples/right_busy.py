import asyncio
import time

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    async def prepared(name):
        end = time.thread_time() + 0.03
        while time.thread_time() < end:
            pass
        await asyncio.sleep(0.01)
        return await tarea_lenta(name, 2)

    return await asyncio.gather(*[prepared(name) for name in NAMES])
