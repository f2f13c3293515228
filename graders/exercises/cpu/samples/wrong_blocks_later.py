"""Wrong: leaves the loop for a moment, and blocks it then."""
import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    with ProcessPoolExecutor() as ex:
        fs = [ex.submit(contar, *r) for r in rangos]
        await asyncio.sleep(0.1)
        return [f.result() for f in fs]
