"""Wrong: lets errors of the network through, and swallows all others."""

import asyncio


async def con_limite(n, tareas):
    sitios = asyncio.Semaphore(n)

    async def una(tarea):
        async with sitios:
            try:
                return await tarea()
            except ConnectionError:
                raise
            except Exception as error:
                return error

    return await asyncio.gather(*[una(tarea) for tarea in tareas])
