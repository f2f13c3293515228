import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_paralelo(tarea_lenta):
    return await asyncio.gather(*[tarea_lenta(name, 2) for name in NAMES])


ejemplo_secuencial = ejemplo_paralelo
