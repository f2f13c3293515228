"""Wrong: a task that fails is done once more."""

import asyncio


async def con_limite(n, tareas):
    sitios = asyncio.Semaphore(n)

    async def hacer(tarea):
        async with sitios:
            for _ in range(2):
                try:
                    return await tarea()
                except Exception as error:
                    ultimo = error
            raise ultimo

    return await asyncio.gather(*map(hacer, tareas))
