"""Returns False from __aexit__, with type hints."""

class Conexion:
    sesion: str

    def __init__(self, abrir, cerrar) -> None:
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self) -> str:
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza) -> bool:
        await self.cerrar(self.sesion)
        if error:
            print('hubo un error', tipo)
        return False


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
