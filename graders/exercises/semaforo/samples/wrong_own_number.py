"""Wrong: three places, whatever n is."""

import asyncio

semaforo = asyncio.Semaphore(3)


async def con_limite(n, tareas):
    async def una(tarea):
        async with semaforo:
            return await tarea()

    return await asyncio.gather(*[una(tarea) for tarea in tareas])
