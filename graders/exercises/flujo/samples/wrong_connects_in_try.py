"""Wrong: closes a connection that it never got."""


async def flujo(conectar, pagina, cerrar):
    conexion = None
    try:
        conexion = await conectar()
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
    finally:
        await cerrar(conexion)
