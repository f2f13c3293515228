"""Wrong: closes in a task that nobody waits for."""

import asyncio


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
    finally:
        asyncio.create_task(cerrar(conexion))
