"""Gives each task one second of the two that it takes."""

import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    limited = [asyncio.wait_for(tarea_lenta(name, 2), timeout=1) for name in NAMES]
    return await asyncio.gather(*limited)
