import asyncio


async def con_limite(n, tareas):
    """Haz todas las tareas, nunca más de `n` a la vez, y devuelve sus resultados en orden."""
    # asyncio.gather(*[tarea() for tarea in tareas]) las empezaría todas de golpe.
    # ¿Quién hace de portero?
    return []
