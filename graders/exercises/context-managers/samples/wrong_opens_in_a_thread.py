"""Opens the session in a thread with a loop of its own, and blocks until it is open."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self):
        with ThreadPoolExecutor(1) as hilos:
            self.sesion = hilos.submit(asyncio.run, self.abrir()).result()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        await self.cerrar(self.sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
