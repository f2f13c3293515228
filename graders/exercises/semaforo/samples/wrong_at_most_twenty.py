"""Wrong: a number of its own beside n."""

import asyncio


async def con_limite(n, tareas):
    sitios = asyncio.Semaphore(n if n < 20 else 20)

    async def hacer(tarea):
        async with sitios:
            return await tarea()

    return await asyncio.gather(*map(hacer, tareas))
