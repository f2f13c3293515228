"""Wrong: takes an empty record for the end."""

from itertools import count


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        for numero in count(1):
            registros = iter(await pagina(conexion, numero))
            registro = next(registros, None)
            if registro is None:
                return
            while registro:
                yield registro
                registro = next(registros, None)
    finally:
        await cerrar(conexion)
