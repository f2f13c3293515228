"""Wrong: never closes."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    numero = 1
    while registros := await pagina(conexion, numero):
        for registro in registros:
            yield registro
        numero += 1
