import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    asyncio.get_running_loop().watch = asyncio.create_task(asyncio.sleep(3600))
    return await asyncio.gather(*[tarea_lenta(name, 2) for name in NAMES])
