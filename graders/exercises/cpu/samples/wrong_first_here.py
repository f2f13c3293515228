"""Wrong: the first range in the main process, in a thread; the others in processes."""
import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    if not rangos:
        return []
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as ex:
        fs = [loop.run_in_executor(ex, contar, *r) for r in rangos[1:]]
        return await asyncio.gather(asyncio.to_thread(contar, *rangos[0]), *fs)
