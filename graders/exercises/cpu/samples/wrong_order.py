"""Wrong: the counts as they are done."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as procesos:
        trabajos = [loop.run_in_executor(procesos, contar, *rango) for rango in rangos]
        return [await trabajo for trabajo in asyncio.as_completed(trabajos)]
