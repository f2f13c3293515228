"""Wrong: looks at the first page before try, and leaves if it is empty."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    registros = await pagina(conexion, 1)
    if not registros:
        return
    numero = 1
    try:
        while registros:
            for registro in registros:
                yield registro
            numero += 1
            registros = await pagina(conexion, numero)
    finally:
        await cerrar(conexion)
