"""Wrong: bytes instead of texts."""

import asyncio
from pathlib import Path


async def leer(ruta):
    try:
        return await asyncio.to_thread(Path(ruta).read_bytes)
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
