"""Wrong: fetches every page before it gives the first record."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        todos, numero = [], 1
        while registros := await pagina(conexion, numero):
            todos.extend(registros)
            numero += 1
        for registro in todos:
            yield registro
    finally:
        await cerrar(conexion)
