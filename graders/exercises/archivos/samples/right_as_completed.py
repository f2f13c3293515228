"""Right: as they come, with their place, sorted afterwards."""

import asyncio

import aiofiles


async def leer_archivos(rutas):
    async def leer(i, ruta):
        try:
            async with aiofiles.open(ruta, mode="r", encoding="utf-8") as f:
                return i, await f.read()
        except FileNotFoundError:
            return i, None

    textos = {}
    for siguiente in asyncio.as_completed([leer(i, ruta) for i, ruta in enumerate(rutas)]):
        i, texto = await siguiente
        textos[i] = texto
    return [textos[i] for i in range(len(rutas))]
