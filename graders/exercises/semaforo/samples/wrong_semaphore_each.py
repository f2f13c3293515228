"""Wrong: each task has a semaphore of its own."""

import asyncio


async def con_limite(n, tareas):
    async def una(tarea):
        semaforo = asyncio.Semaphore(n)
        async with semaforo:
            return await tarea()

    return await asyncio.gather(*[una(tarea) for tarea in tareas])
