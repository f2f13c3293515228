"""Wrong: a plain with around aiofiles.open()."""

import asyncio

import aiofiles


async def leer(ruta):
    with aiofiles.open(ruta, encoding="utf-8") as f:
        return await f.read()


async def leer_archivos(rutas):
    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
