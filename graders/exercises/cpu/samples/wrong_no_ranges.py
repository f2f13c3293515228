"""Wrong: as many processes as ranges, also where there are none."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=len(rangos)) as procesos:
        trabajos = [loop.run_in_executor(procesos, contar, *rango) for rango in rangos]
        return await asyncio.gather(*trabajos)
