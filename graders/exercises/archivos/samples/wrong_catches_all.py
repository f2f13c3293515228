"""Wrong: whatever goes wrong becomes None."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as f:
            return await f.read()
    except Exception:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
