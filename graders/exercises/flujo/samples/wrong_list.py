"""Wrong: no generator; returns a list."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    todos, numero = [], 1
    try:
        while registros := await pagina(conexion, numero):
            todos += registros
            numero += 1
        return todos
    finally:
        await cerrar(conexion)
