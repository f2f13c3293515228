"""Wrong: closes after the loop only."""

from itertools import count


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    for numero in count(1):
        registros = await pagina(conexion, numero)
        if not registros:
            break
        for registro in registros:
            yield registro
    await cerrar(conexion)
