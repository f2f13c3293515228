"""Wrong: a dictionary by path, and its values: a repeated one is there once."""

import asyncio

import aiofiles


async def leer_archivos(rutas):
    textos = dict.fromkeys(rutas)

    async def leer(ruta):
        try:
            async with aiofiles.open(ruta, encoding="utf-8") as f:
                textos[ruta] = await f.read()
        except FileNotFoundError:
            pass

    await asyncio.gather(*[leer(ruta) for ruta in textos])
    return list(textos.values())
