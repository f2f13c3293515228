"""Wrong: polls with time.sleep."""
import time
from multiprocessing import Pool


async def contar_primos(rangos, contar):
    if not rangos:
        return []
    with Pool(4) as pool:
        res = pool.starmap_async(contar, rangos)
        while not res.ready():
            time.sleep(0.05)
        return res.get()
