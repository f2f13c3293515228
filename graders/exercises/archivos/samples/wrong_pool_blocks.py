"""Wrong: threads, but the event loop stands still until they are done."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def leer(ruta):
    try:
        return Path(ruta).read_text("utf-8")
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    with ThreadPoolExecutor(8) as hilos:
        return list(hilos.map(leer, rutas))
