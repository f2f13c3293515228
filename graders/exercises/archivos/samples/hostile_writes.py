"""Hostile: opens every FIFO for both ways, so that nothing ever waits, and makes up the texts.

Whether we see them open before it is gone is chance: what is said differs, the verdict does not.
"""

import os


async def leer_archivos(rutas):
    abiertos = [os.open(ruta, os.O_RDWR | os.O_NONBLOCK) for ruta in rutas]
    return [f"texto {numero}" for numero in abiertos]
