"""Asks in a task group: the error comes out inside an ExceptionGroup."""

import asyncio


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar

    async def __aenter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        await self.cerrar(self.sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion, asyncio.TaskGroup() as grupo:
        pregunta = grupo.create_task(preguntar(sesion))
    return pregunta.result()
