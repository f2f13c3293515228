"""Wrong: closes as soon as it has a page, and then gives its records."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    numero, registros = 1, await pagina(conexion, 1)
    await cerrar(conexion)
    while registros:
        for registro in registros:
            yield registro
        numero += 1
        registros = await pagina(conexion, numero)
