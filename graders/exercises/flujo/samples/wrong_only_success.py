"""Wrong: closes after the loop, and only then."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    numero = 1
    while registros := await pagina(conexion, numero):
        for registro in registros:
            yield registro
        numero += 1
    await cerrar(conexion)
