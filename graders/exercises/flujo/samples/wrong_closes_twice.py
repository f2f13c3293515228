"""Wrong: closes at the end, and once more in finally."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
        await cerrar(conexion)
    finally:
        await cerrar(conexion)
