"""Wrong: asks for the next page while the reader still reads this one."""

import asyncio


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    numero, tarea = 1, None
    try:
        registros = await pagina(conexion, numero)
        while registros:
            numero += 1
            tarea = asyncio.create_task(pagina(conexion, numero))
            for registro in registros:
                yield registro
            registros = await tarea
    finally:
        if tarea:
            tarea.cancel()
        await cerrar(conexion)
