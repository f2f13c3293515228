"""Reference solution of the exercise cpu."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    """Count every range in a process of its own; counts in the order of the ranges."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as procesos:
        return await asyncio.gather(
            *[loop.run_in_executor(procesos, contar, desde, hasta) for desde, hasta in rangos]
        )
