import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    first, second = await asyncio.gather(tarea_lenta("Tarea 1", 2), tarea_lenta("Tarea 2", 2))
    return [first, second, await tarea_lenta("Tarea 3", 2)]
