import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    lock = asyncio.Lock()
    await lock.acquire()

    async def through(name):
        async with lock:
            return await tarea_lenta(name, 2)

    return await asyncio.gather(*[through(name) for name in NAMES])
