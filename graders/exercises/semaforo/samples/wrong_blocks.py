"""Wrong: each task makes the others wait before it starts."""

import asyncio
import time


async def con_limite(n, tareas):
    """Do all tasks, never more than n at once; return their results in order."""
    sitios = asyncio.Semaphore(n)

    async def con_sitio(tarea):
        async with sitios:
            time.sleep(0.2)
            return await tarea()

    return await asyncio.gather(*[con_sitio(tarea) for tarea in tareas])
