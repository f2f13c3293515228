"""Right: waits for each page in a task and with a limit, and closes with a limit, too."""

import asyncio


async def flujo(conectar, pagina, cerrar):
    conexion = None
    try:
        conexion = await conectar()
        numero = 1
        while True:
            tarea = asyncio.create_task(pagina(conexion, numero))
            registros = await asyncio.wait_for(tarea, timeout=60)
            if registros == []:
                return
            while registros:
                yield registros.pop(0)
            numero = numero + 1
    finally:
        if conexion is not None:
            async with asyncio.timeout(60):
                await cerrar(conexion)
