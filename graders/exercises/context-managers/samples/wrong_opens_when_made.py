"""Opens in a task of its own as soon as it is made."""

import asyncio


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abierta = asyncio.ensure_future(abrir())
        self.cerrar = cerrar

    async def __aenter__(self):
        return await self.abierta

    async def __aexit__(self, tipo, error, traza):
        await self.cerrar(self.abierta.result())


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
