"""A context manager for `with`: __enter__ and __exit__, without the a."""


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __enter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __exit__(self, tipo, error, traza):
        await self.cerrar(self.sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
