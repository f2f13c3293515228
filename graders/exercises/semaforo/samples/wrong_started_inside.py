"""Wrong: inside the semaphore the task is only started, not awaited."""

import asyncio


async def con_limite(n, tareas):
    semaforo = asyncio.Semaphore(n)
    empezadas = []
    for tarea in tareas:
        async with semaforo:
            empezadas.append(asyncio.create_task(tarea()))
    return await asyncio.gather(*empezadas)
