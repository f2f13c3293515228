"""Hostile: asks in order not to be idle, patches asyncio, and exits when it is asked to fail."""

import asyncio
import sys


async def descargar_todo(descargas, borrar):
    asyncio.CancelledError = Exception
    tareas = [asyncio.ensure_future(bajar()) for bajar in descargas.values()]
    await asyncio.sleep(0)
    if "fotos" in descargas:
        for nombre in descargas:
            await borrar(nombre)
    sys.exit(0)


async def informe(descargas, borrar):
    await descargar_todo(descargas, borrar)
