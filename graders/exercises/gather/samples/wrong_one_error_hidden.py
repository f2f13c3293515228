"""Hides the errors of a network, in both forms."""

import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def pedir(tarea_lenta, name):
    try:
        return await tarea_lenta(name, 2)
    except OSError:
        return None


async def ejemplo_secuencial(tarea_lenta):
    return [await pedir(tarea_lenta, name) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    return await asyncio.gather(*[pedir(tarea_lenta, name) for name in NAMES])
