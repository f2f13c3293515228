"""Right: all are opened at once, in threads; then they are read, one after another."""

import asyncio
from contextlib import ExitStack


def abrir(ruta):
    try:
        return open(ruta, encoding="utf-8")
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    with ExitStack() as abiertos:
        archivos = await asyncio.gather(*(asyncio.to_thread(abrir, ruta) for ruta in rutas))
        for archivo in filter(None, archivos):
            abiertos.enter_context(archivo)
        return [archivo and await asyncio.to_thread(archivo.read) for archivo in archivos]
