"""Wrong: returns how many there are in all."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as procesos:
        trabajos = [loop.run_in_executor(procesos, contar, *rango) for rango in rangos]
        return sum(await asyncio.gather(*trabajos))
