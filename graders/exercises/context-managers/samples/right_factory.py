"""A function named Conexion, made by asynccontextmanager."""

from contextlib import asynccontextmanager


@asynccontextmanager
async def Conexion(abrir, cerrar):
    sesion = await abrir()
    try:
        yield sesion
    finally:
        await cerrar(sesion)


async def consultar(abrir, cerrar, preguntar):
    async with Conexion(abrir, cerrar) as sesion:
        return await preguntar(sesion)
