"""Wrong: threads, and the process they are in is a single one."""

import asyncio
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def todos(rangos, contar):
    with ThreadPoolExecutor() as hilos:
        return list(hilos.map(lambda r: contar(*r), rangos))


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as procesos:
        return await loop.run_in_executor(procesos, todos, rangos, contar)
