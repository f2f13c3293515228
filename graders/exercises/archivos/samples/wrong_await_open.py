"""Wrong: awaits what open() gives."""

import asyncio


async def leer(ruta):
    try:
        archivo = open(ruta, encoding="utf-8")
        return await archivo.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    return await asyncio.gather(*[leer(ruta) for ruta in rutas])
