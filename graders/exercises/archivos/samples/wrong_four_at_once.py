"""Goes through the files in batches of four."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as archivo:
            return await archivo.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    textos = []
    for i in range(0, len(rutas), 4):
        textos += await asyncio.gather(*[leer(ruta) for ruta in rutas[i : i + 4]])
    return textos
