"""Wrong: a new connection for each page."""


async def flujo(conectar, pagina, cerrar):
    numero = 1
    while True:
        conexion = await conectar()
        try:
            registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in registros:
                yield registro
        finally:
            await cerrar(conexion)
        numero += 1
