import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    gate = asyncio.Semaphore(2)

    async def through(name):
        async with gate:
            return await tarea_lenta(name, 2)

    return await asyncio.gather(*[through(name) for name in NAMES])
