"""Right: open() in an executor of its own, awaited by the loop; bytes decoded by hand."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def leer(ruta):
    try:
        with open(ruta, "rb") as f:
            return f.read().decode("utf-8")
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            return None
        raise


async def leer_archivos(rutas):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(16) as hilos:
        futuros = [loop.run_in_executor(hilos, leer, ruta) for ruta in rutas]
        return [await futuro for futuro in futuros]
