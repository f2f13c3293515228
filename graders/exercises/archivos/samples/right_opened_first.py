"""Right: opened one after another, and then read all at once."""

import asyncio

import aiofiles


async def leer_archivos(rutas):
    abiertos = []
    for ruta in rutas:
        try:
            abiertos.append(await aiofiles.open(ruta, encoding="utf-8"))
        except FileNotFoundError:
            abiertos.append(None)

    async def leer(archivo):
        return None if archivo is None else await archivo.read()

    return await asyncio.gather(*map(leer, abiertos))
