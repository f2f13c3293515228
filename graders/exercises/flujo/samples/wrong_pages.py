"""Wrong: gives whole pages, not records."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            yield registros
            numero += 1
    finally:
        await cerrar(conexion)
