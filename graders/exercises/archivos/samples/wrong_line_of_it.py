"""Reads the first line of each file."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as archivo:
            return await archivo.readline()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*map(leer, rutas))
