"""Wrong: reads every page before it gives the first record."""

from itertools import count


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    todos = []
    try:
        for numero in count(1):
            registros = await pagina(conexion, numero)
            if not registros:
                break
            todos += registros
    finally:
        await cerrar(conexion)
    for registro in todos:
        yield registro
