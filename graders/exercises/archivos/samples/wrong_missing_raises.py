"""Wrong: as in the class: a missing file takes all the others with it."""

import asyncio

import aiofiles


async def leer_archivos(rutas):
    async def leer_archivo(path):
        async with aiofiles.open(path, "r", encoding="utf-8") as f:
            return await f.read()

    return await asyncio.gather(*[leer_archivo(ruta) for ruta in rutas])
