"""Wrong: connects, and only then returns a generator."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()

    async def registros():
        try:
            numero = 1
            while lista := await pagina(conexion, numero):
                for registro in lista:
                    yield registro
                numero += 1
        finally:
            await cerrar(conexion)

    return registros()
