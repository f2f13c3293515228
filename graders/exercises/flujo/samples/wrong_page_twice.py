"""Wrong: asks for each page twice, to see whether it is empty and to read it."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while await pagina(conexion, numero):
            for registro in await pagina(conexion, numero):
                yield registro
            numero += 1
    finally:
        await cerrar(conexion)
