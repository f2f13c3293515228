"""The class swallows the errors of a network; the function does without the class."""


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        await self.cerrar(self.sesion)
        return isinstance(error, Exception)


async def consultar(abrir, cerrar, preguntar):
    sesion = await abrir()
    try:
        return await preguntar(sesion)
    finally:
        await cerrar(sesion)
