"""Wrong: reads the first page only."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        for registro in await pagina(conexion, 1):
            yield registro
    finally:
        await cerrar(conexion)
