"""Right: multiprocessing.Pool in a thread, one range at a time to each process."""

import asyncio
from multiprocessing import Pool


def repartir(rangos, contar):
    with Pool(len(rangos)) as procesos:
        return procesos.starmap(contar, rangos, chunksize=1)


async def contar_primos(rangos: list[tuple[int, int]], contar) -> list[int]:
    if len(rangos) == 0:
        return []
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, repartir, rangos, contar)
