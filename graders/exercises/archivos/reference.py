"""Reference solution of the exercise archivos."""

import asyncio

import aiofiles


async def leer_archivos(rutas):
    """Read every file at once; None stands for one that does not exist."""

    async def leer(ruta):
        try:
            async with aiofiles.open(ruta, encoding="utf-8") as archivo:
                return await archivo.read()
        except FileNotFoundError:
            return None

    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
