"""Reference solution of the exercise gather."""

import asyncio


async def ejemplo_secuencial(tarea_lenta):
    """Ask one after another."""
    resultado1 = await tarea_lenta("Tarea 1", 2)
    resultado2 = await tarea_lenta("Tarea 2", 2)
    resultado3 = await tarea_lenta("Tarea 3", 2)
    return [resultado1, resultado2, resultado3]


async def ejemplo_paralelo(tarea_lenta):
    """Ask for all of them at once."""
    return await asyncio.gather(
        tarea_lenta("Tarea 1", 2),
        tarea_lenta("Tarea 2", 2),
        tarea_lenta("Tarea 3", 2),
    )
