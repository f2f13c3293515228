"""Right, if odd: a pool of n threads, each running one task's coroutine to its end."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


async def con_limite(n, tareas):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=n) as hilos:
        vueltas = [loop.run_in_executor(hilos, asyncio.run, tarea()) for tarea in tareas]
        return await asyncio.gather(*vueltas)
