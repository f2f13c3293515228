"""Wrong: a task fetches the next page while the reader reads this one."""

import asyncio


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    siguiente = asyncio.create_task(pagina(conexion, 1))
    try:
        numero = 1
        while registros := await siguiente:
            numero += 1
            siguiente = asyncio.create_task(pagina(conexion, numero))
            for registro in registros:
                yield registro
    finally:
        siguiente.cancel()
        await cerrar(conexion)
