"""Wrong: closes in a task that nobody waits for."""

import asyncio
from itertools import count

tareas = set()


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        for numero in count(1):
            registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in registros:
                yield registro
    finally:
        tareas.add(asyncio.create_task(cerrar(conexion)))
