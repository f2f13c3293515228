"""Wrong: nobody closes the inner generator; it is closed some time after the outer one."""


async def paginas(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            yield registros
            numero += 1
    finally:
        await cerrar(conexion)


async def flujo(conectar, pagina, cerrar):
    async for registros in paginas(conectar, pagina, cerrar):
        for registro in registros:
            yield registro
