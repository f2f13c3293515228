"""Right: an AsyncExitStack closes, with a print here and there."""

from contextlib import AsyncExitStack


async def flujo(conectar, pagina, cerrar):
    async with AsyncExitStack() as pila:
        conexion = await conectar()
        pila.push_async_callback(cerrar, conexion)
        numero = 0
        while True:
            numero += 1
            print("página", numero)
            registros = await pagina(conexion, numero)
            if len(registros) == 0:
                break
            for registro in registros:
                yield registro
