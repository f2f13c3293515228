"""Hostile: knows the shape of records and connections, and makes them up without asking."""

import secrets


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    for _ in range(6):
        yield f"registro {secrets.token_hex(4)}"
    await cerrar(conexion)
