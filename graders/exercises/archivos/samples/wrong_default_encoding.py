"""Leaves the encoding to the computer."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta) as archivo:
            return await archivo.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*map(leer, rutas))
