"""A list outside the function: the second call returns the texts of the first, too."""

import asyncio

import aiofiles

textos = []


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as archivo:
            return await archivo.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    textos.extend(await asyncio.gather(*map(leer, rutas)))
    return textos
