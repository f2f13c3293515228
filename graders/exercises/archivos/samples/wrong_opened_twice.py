"""Wrong: opens each file once to see whether it is there, and again to read it."""

import asyncio


def leer(ruta):
    try:
        open(ruta, encoding="utf-8").close()
    except FileNotFoundError:
        return None
    with open(ruta, encoding="utf-8") as archivo:
        return archivo.read()


async def leer_archivos(rutas):
    return await asyncio.gather(*(asyncio.to_thread(leer, ruta) for ruta in rutas))
