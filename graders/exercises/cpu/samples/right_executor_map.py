"""Right: the pool's map() waits in a thread, and the loop does not."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


def todos(rangos, contar):
    with ProcessPoolExecutor(max_workers=4) as procesos:
        return list(procesos.map(contar, *zip(*rangos, strict=True)))


async def contar_primos(rangos, contar):
    if not rangos:
        return []
    return await asyncio.to_thread(todos, rangos, contar)
