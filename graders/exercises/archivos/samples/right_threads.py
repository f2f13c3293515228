"""Right: pathlib in threads of asyncio's."""

import asyncio
from pathlib import Path


async def leer(ruta):
    try:
        return await asyncio.to_thread(Path(ruta).read_text, encoding="utf-8")
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*map(leer, rutas))
