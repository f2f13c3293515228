"""Returns what cerrar answers: if that is true, __aexit__ swallows the error."""


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, *exc_info):
        return await self.cerrar(self.sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
