"""Right: run_in_executor with a pool of its own, left by the end of a with once all is done."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


async def consultar_todo(consultas: list[str], consultar) -> list[str]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=len(consultas) or 1) as hilos:
        futuros = [loop.run_in_executor(hilos, consultar, consulta) for consulta in consultas]
        return list(await asyncio.gather(*futuros))
