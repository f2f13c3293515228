"""Wrong: everything at once, n is never used."""

import asyncio


async def con_limite(n, tareas):
    return await asyncio.gather(*[tarea() for tarea in tareas])
