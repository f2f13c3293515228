"""Takes a session that counts as false for none."""


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar, self.sesion = abrir, cerrar, None

    async def __aenter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        if not self.sesion:
            return
        await self.cerrar(self.sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
