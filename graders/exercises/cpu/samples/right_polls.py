"""Right: polls the pool's result, with the loop free."""
import asyncio
from multiprocessing import Pool


async def contar_primos(rangos, contar):
    if not rangos:
        return []
    with Pool(len(rangos)) as pool:
        res = pool.starmap_async(contar, rangos)
        while not res.ready():
            await asyncio.sleep(0.05)
        return res.get()
