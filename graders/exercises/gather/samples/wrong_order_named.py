import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(nombre=name, segundos=2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    """Names its arguments, and notes each result as it comes."""
    results = []

    async def one(name):
        results.append(await tarea_lenta(nombre=name, segundos=2))

    await asyncio.gather(*(one(name) for name in NAMES))
    return results
