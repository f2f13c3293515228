"""Wrong: asyncio.wait() refuses an empty list."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.Semaphore(n)

    async def una(tarea):
        async with semaforo:
            return await tarea()

    hechas = [asyncio.create_task(una(tarea)) for tarea in tareas]
    await asyncio.wait(hechas)
    return [hecha.result() for hecha in hechas]
