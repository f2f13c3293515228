"""Wrong: catches whatever comes at the yield, and gives the next record."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                try:
                    yield registro
                except BaseException:
                    continue
            numero += 1
    finally:
        await cerrar(conexion)
