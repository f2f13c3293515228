import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    async def numbered(place, name):
        return place, await tarea_lenta(name, 2)

    pending = [numbered(place, name) for place, name in enumerate(NAMES)]
    results = [await first for first in asyncio.as_completed(pending)]
    return [result for _, result in sorted(results)]
