"""Wrong: acquire() without release()."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.Semaphore(n)

    async def una(tarea):
        await semaforo.acquire()
        return await tarea()

    return await asyncio.gather(*[una(tarea) for tarea in tareas])
