"""Wrong: awaits each process before it gives work to the next."""

import asyncio
from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    loop = asyncio.get_running_loop()
    cuentas = []
    with ProcessPoolExecutor() as procesos:
        for rango in rangos:
            cuentas.append(await loop.run_in_executor(procesos, contar, *rango))
    return cuentas
