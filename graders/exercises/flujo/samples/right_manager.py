"""Right: a context manager of its own for the connection."""

from contextlib import asynccontextmanager


@asynccontextmanager
async def conexion_abierta(conectar, cerrar):
    conexion = await conectar()
    try:
        yield conexion
    finally:
        await cerrar(conexion)


async def flujo(conectar, pagina, cerrar):
    async with conexion_abierta(conectar, cerrar) as conexion:
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
