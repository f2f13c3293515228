"""Wrong: an executor of two threads."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def leer(ruta):
    try:
        return Path(ruta).read_text("utf-8")
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as hilos:
        return await asyncio.gather(*[loop.run_in_executor(hilos, leer, r) for r in rutas])
