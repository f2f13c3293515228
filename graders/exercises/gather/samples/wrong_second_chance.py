"""If one of the three fails, it asks for all of them again."""

import asyncio


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)]


def las_tres(tarea_lenta):
    return asyncio.gather(*(tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)))


async def ejemplo_paralelo(tarea_lenta):
    try:
        return await las_tres(tarea_lenta)
    except Exception:
        return await las_tres(tarea_lenta)
