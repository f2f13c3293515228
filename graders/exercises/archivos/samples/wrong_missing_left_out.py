"""Wrong: a missing file is left out of the list."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as f:
            return await f.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    textos = await asyncio.gather(*[leer(ruta) for ruta in rutas])
    return [texto for texto in textos if texto is not None]
