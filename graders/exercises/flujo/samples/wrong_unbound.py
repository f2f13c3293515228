"""Wrong: if connecting fails, `finally` knows no connection, and its own error hides the other."""


async def flujo(conectar, pagina, cerrar):
    try:
        conexion = await conectar()
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
    finally:
        await cerrar(conexion)
