"""Reference solution of the exercise context-managers."""


class Conexion:
    """Opens a session on entering and closes it on leaving, however that is."""

    def __init__(self, abrir, cerrar):
        self._abrir, self._cerrar = abrir, cerrar

    async def __aenter__(self):
        """Open the session and give it."""
        self._sesion = await self._abrir()
        return self._sesion

    async def __aexit__(self, tipo, error, traza):
        """Close the session; an error goes on its way."""
        await self._cerrar(self._sesion)


async def consultar(abrir, cerrar, preguntar):
    """Ask within an open session and return the answer."""
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
