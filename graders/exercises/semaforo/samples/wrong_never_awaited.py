"""Wrong: takes a place for each task and forgets to await it."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.Semaphore(n)
    resultados = []
    for tarea in tareas:
        async with semaforo:
            resultados.append(tarea())
    return resultados
