"""Wrong: the results of all calls are in one dictionary, the default value."""

import asyncio


async def con_limite(n, tareas, hechas={}):
    sitios = asyncio.Semaphore(n)

    async def una(posicion, tarea):
        async with sitios:
            hechas[posicion] = await tarea()

    await asyncio.gather(*[una(*pareja) for pareja in enumerate(tareas)])
    return [hechas[posicion] for posicion in sorted(hechas)]
