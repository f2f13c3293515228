"""An AsyncExitStack in place of a class's own methods' work."""

from contextlib import AsyncExitStack


class Conexion:
    def __init__(self, abrir, cerrar):
        self._abrir, self._cerrar = abrir, cerrar
        self._pila = AsyncExitStack()

    async def __aenter__(self):
        sesion = await self._abrir()
        self._pila.push_async_callback(self._cerrar, sesion)
        return sesion

    async def __aexit__(self, *error):
        return await self._pila.__aexit__(*error)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
