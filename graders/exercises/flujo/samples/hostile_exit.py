"""Hostile: leaves the process when the reader leaves."""

import os


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        for registro in await pagina(conexion, 1):
            yield registro
    finally:
        os._exit(0)
