"""Gives the database a moment with time.sleep."""

import time


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        time.sleep(0.4)
        await self.cerrar(self.sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
