"""Wrong: three threads, as in the example, for four queries."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


async def consultar_todo(consultas, consultar):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=3) as hilos:
        futuros = [loop.run_in_executor(hilos, consultar, consulta) for consulta in consultas]
        return await asyncio.gather(*futuros)
