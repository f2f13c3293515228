"""Wrong: waits with time.sleep between pages."""

import time
from itertools import count


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        for numero in count(1):
            registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in registros:
                yield registro
            time.sleep(0.3)
    finally:
        await cerrar(conexion)
