"""Wrong: all the work for one process."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=1) as procesos:
        trabajos = [loop.run_in_executor(procesos, contar, *rango) for rango in rangos]
        return await asyncio.gather(*trabajos)
