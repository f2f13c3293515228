"""Wrong: gives a record that a page holds twice only once."""

from itertools import count


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        for numero in count(1):
            registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in dict.fromkeys(registros):
                yield registro
    finally:
        await cerrar(conexion)
