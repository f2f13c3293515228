import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    first = asyncio.ensure_future(tarea_lenta(nombre="Tarea 1", segundos=2))
    second = asyncio.ensure_future(tarea_lenta("Tarea 2", segundos=2))
    third = asyncio.ensure_future(tarea_lenta("Tarea 3", 2))
    return await first, await second, await third
