"""Right: a plain function that returns a generator which has not begun."""


def flujo(conectar, pagina, cerrar):
    async def registros():
        conexion = await conectar()
        try:
            numero, lista = 1, await pagina(conexion, 1)
            while lista:
                for registro in lista:
                    yield registro
                numero += 1
                lista = await pagina(conexion, numero)
        finally:
            await cerrar(conexion)

    return registros()
