"""Wrong: the errors are returned among the counts."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as procesos:
        trabajos = [loop.run_in_executor(procesos, contar, *rango) for rango in rangos]
        return await asyncio.gather(*trabajos, return_exceptions=True)
