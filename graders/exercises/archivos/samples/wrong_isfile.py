"""Wrong: asks with isfile(), which says no to a FIFO."""

import asyncio
import os

import aiofiles


async def leer(ruta):
    if not os.path.isfile(ruta):
        return None
    async with aiofiles.open(ruta, encoding="utf-8") as f:
        return await f.read()


async def leer_archivos(rutas):
    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
