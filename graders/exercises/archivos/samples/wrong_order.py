"""Wrong: the texts as they come."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as f:
            return await f.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return [await texto for texto in asyncio.as_completed([leer(ruta) for ruta in rutas])]
