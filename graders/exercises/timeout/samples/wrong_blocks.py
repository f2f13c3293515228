"""Waits in a thread, and for that thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor, TimeoutError as Agotado


async def con_timeout(operacion, segundos):
    async def con_limite():
        return await asyncio.wait_for(operacion(), segundos)

    with ThreadPoolExecutor() as hilos:
        futuro = hilos.submit(asyncio.run, con_limite())
        try:
            return futuro.result()
        except TimeoutError:
            return "Operación cancelada por timeout"
