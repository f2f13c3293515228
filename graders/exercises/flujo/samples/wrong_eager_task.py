"""Wrong: a plain function that begins to connect before anybody reads."""

import asyncio


def flujo(conectar, pagina, cerrar):
    conectando = asyncio.create_task(conectar())

    async def registros():
        conexion = await conectando
        try:
            numero = 1
            while lista := await pagina(conexion, numero):
                for registro in lista:
                    yield registro
                numero += 1
        finally:
            await cerrar(conexion)

    return registros()
