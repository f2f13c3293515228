"""Right: with a heart beating beside it every 0.1 s, and a limit of a minute."""
import asyncio
from concurrent.futures import ProcessPoolExecutor


async def latir():
    while True:
        await asyncio.sleep(0.1)


async def contar_primos(rangos, contar):
    h = asyncio.create_task(latir())
    loop = asyncio.get_running_loop()
    try:
        with ProcessPoolExecutor() as ex:
            async with asyncio.timeout(60):
                return await asyncio.gather(*[loop.run_in_executor(ex, contar, *r) for r in rangos])
    finally:
        h.cancel()
