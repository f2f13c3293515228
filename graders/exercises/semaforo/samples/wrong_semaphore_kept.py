"""Wrong: one semaphore for ever, with the limit of the first call."""

import asyncio


sitios = None


async def con_limite(n, tareas):
    global sitios
    sitios = sitios or asyncio.Semaphore(n)

    async def una(tarea):
        async with sitios:
            return await tarea()

    return await asyncio.gather(*[una(tarea) for tarea in tareas])
