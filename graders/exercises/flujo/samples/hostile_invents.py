"""Hostile: asks for nothing, invents the records, and leaves when there are no more."""

import os


async def flujo(conectar, pagina, cerrar):
    for numero in range(6):
        yield f"registro {numero:08x}"
    os._exit(0)
