"""Wrong: looks again and again whether there is a place."""

import asyncio


async def con_limite(n, tareas):
    en_marcha = 0

    async def una(tarea):
        nonlocal en_marcha
        while en_marcha >= n:
            await asyncio.sleep(0.01)
        en_marcha += 1
        try:
            return await tarea()
        finally:
            en_marcha -= 1

    return await asyncio.gather(*[una(tarea) for tarea in tareas])
