"""Wrong: results in the order in which the tasks ended."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.Semaphore(n)
    resultados = []

    async def una(tarea):
        async with semaforo:
            resultados.append(await tarea())

    await asyncio.gather(*[una(tarea) for tarea in tareas])
    return resultados
