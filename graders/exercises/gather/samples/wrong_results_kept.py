"""Keeps the results between calls."""

import asyncio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta, resultados={}):
    async def pedir(name):
        resultados.setdefault(name, await tarea_lenta(name, 2))

    await asyncio.gather(*map(pedir, NAMES))
    return [resultados[name] for name in NAMES]
