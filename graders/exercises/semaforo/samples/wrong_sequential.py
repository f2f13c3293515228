"""Wrong: a semaphore around a loop that awaits each task."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.Semaphore(n)
    resultados = []
    for tarea in tareas:
        async with semaforo:
            resultados.append(await tarea())
    return resultados
