"""Wrong: what is read in a thread was opened in the event loop, where opening waits, too."""

import asyncio


def abrir(ruta):
    return open(ruta, encoding="utf-8")


async def leer(ruta):
    try:
        archivo = abrir(ruta)
    except FileNotFoundError:
        return None
    with archivo:
        return await asyncio.to_thread(archivo.read)


async def leer_archivos(rutas):
    return await asyncio.gather(*map(leer, rutas))
