"""Reference solution of the exercise flujo."""

from itertools import count


async def flujo(conectar, pagina, cerrar):
    """Give the records one by one; close the connection however it ends."""
    conexion = await conectar()
    try:
        for numero in count(1):
            registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in registros:
                yield registro
    finally:
        await cerrar(conexion)
