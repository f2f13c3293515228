"""Wrong: aiofiles' read() is a coroutine, and nobody awaits it."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as f:
            return f.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
