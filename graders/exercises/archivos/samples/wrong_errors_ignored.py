"""Wrong: what cannot be decoded is left out."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8", errors="ignore") as f:
            return await f.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
