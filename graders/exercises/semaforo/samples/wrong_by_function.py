"""Wrong: results kept by function."""

import asyncio


async def con_limite(n, tareas):
    sitios = asyncio.Semaphore(n)
    hechos = {}

    async def hacer(tarea):
        async with sitios:
            hechos[tarea] = await tarea()

    await asyncio.gather(*map(hacer, tareas))
    return [hechos[tarea] for tarea in tareas]
