"""Reference solution of the exercise semaforo."""

import asyncio


async def con_limite(n, tareas):
    """Do all tasks, never more than n at once; return their results in order."""
    sitios = asyncio.Semaphore(n)

    async def con_sitio(tarea):
        async with sitios:
            return await tarea()

    return await asyncio.gather(*[con_sitio(tarea) for tarea in tareas])
