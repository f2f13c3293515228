"""Wrong: a coroutine that connects at once and gives a generator."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()

    async def registros():
        numero = 1
        try:
            while lote := await pagina(conexion, numero):
                for registro in lote:
                    yield registro
                numero += 1
        finally:
            await cerrar(conexion)

    return registros()
