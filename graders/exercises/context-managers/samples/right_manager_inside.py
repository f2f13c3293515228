"""The class hands over to a generator of contextlib; the function to an AsyncExitStack."""

from contextlib import AsyncExitStack, asynccontextmanager


@asynccontextmanager
async def abierta(abrir, cerrar):
    sesion = await abrir()
    try:
        yield sesion
    finally:
        await cerrar(sesion)


class Conexion:
    def __init__(self, abrir, cerrar):
        self.gestor = abierta(abrir, cerrar)

    async def __aenter__(self):
        return await self.gestor.__aenter__()

    async def __aexit__(self, *error):
        return await self.gestor.__aexit__(*error)


async def consultar(abrir, cerrar, preguntar):
    async with AsyncExitStack() as pila:
        sesion = await pila.enter_async_context(Conexion(abrir, cerrar))
        respuesta = await preguntar(sesion)
    return respuesta
