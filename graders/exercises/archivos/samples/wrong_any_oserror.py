"""Takes every OSError for a missing file, a folder's too."""

import asyncio
from pathlib import Path


def leer(ruta):
    try:
        return Path(ruta).read_text("utf-8")
    except OSError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*[asyncio.to_thread(leer, ruta) for ruta in rutas])
