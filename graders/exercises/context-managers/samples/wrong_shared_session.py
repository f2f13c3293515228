"""Keeps the session in the class: of two connections, the second is closed twice."""


class Conexion:
    sesion = None

    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self):
        Conexion.sesion = await self.abrir()
        return Conexion.sesion

    async def __aexit__(self, tipo, error, traza):
        await self.cerrar(Conexion.sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
