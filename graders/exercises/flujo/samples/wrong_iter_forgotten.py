"""Wrong: a class whose __aiter__ returns nothing, so that async for cannot go through it."""


class flujo:
    def __init__(self, conectar, pagina, cerrar):
        self.registros = self._leer(conectar, pagina, cerrar)

    async def _leer(self, conectar, pagina, cerrar):
        conexion = await conectar()
        numero = 1
        try:
            while registros := await pagina(conexion, numero):
                numero += 1
                for registro in registros:
                    yield registro
        finally:
            await cerrar(conexion)

    def __aiter__(self):
        self.empezado = True

    def __anext__(self):
        return self.registros.__anext__()

    def aclose(self):
        return self.registros.aclose()
