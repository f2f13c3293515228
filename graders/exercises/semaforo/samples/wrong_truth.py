"""Wrong: leaves out results that are not true, such as None."""

import asyncio


async def con_limite(n, tareas):
    sitios = asyncio.Semaphore(n)

    async def una(tarea):
        async with sitios:
            return await tarea()

    resultados = await asyncio.gather(*[una(tarea) for tarea in tareas])
    return [resultado for resultado in resultados if resultado]
