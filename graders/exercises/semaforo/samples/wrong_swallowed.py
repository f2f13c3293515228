"""Wrong: errors are returned among the results."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.Semaphore(n)

    async def una(tarea):
        async with semaforo:
            return await tarea()

    return await asyncio.gather(*[una(tarea) for tarea in tareas], return_exceptions=True)
