"""Raises the error again by itself, shields the closing, and limits the waits."""

import asyncio
import logging


class Conexion:
    def __init__(self, abrir, cerrar):
        self.abrir, self.cerrar = abrir, cerrar
        self.sesion = None

    async def __aenter__(self):
        self.sesion = await self.abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        await asyncio.shield(asyncio.wait_for(self.cerrar(self.sesion), 5))
        if error is not None:
            logging.warning("se cierra tras %r", error)
            raise error


async def consultar(abrir, cerrar, preguntar):
    try:
        async with Conexion(abrir, cerrar) as sesion:
            return await asyncio.create_task(preguntar(sesion))
    except asyncio.CancelledError:
        print("cancelada")
        raise
