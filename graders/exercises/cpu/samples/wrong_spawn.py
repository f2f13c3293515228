"""Wrong here: another way to make processes."""
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as ex:
        return await asyncio.gather(*[loop.run_in_executor(ex, contar, *r) for r in rangos])
