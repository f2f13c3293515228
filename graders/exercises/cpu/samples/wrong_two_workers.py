"""Wrong: two processes."""
import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2) as ex:
        return await asyncio.gather(*[loop.run_in_executor(ex, contar, *r) for r in rangos])
