"""Wrong: ends quietly when a page fails."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
    except Exception as error:
        print("error:", error)
    finally:
        await cerrar(conexion)
