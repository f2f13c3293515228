"""A class for who asks for it, and try/finally in the function: it goes round its own class."""

class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        await self.cerrar(self.sesion)


async def consultar(abrir, cerrar, preguntar):
    sesion = await abrir()
    try:
        return await preguntar(sesion)
    finally:
        await cerrar(sesion)
