"""Right, if laborious: closes by hand on each way out, BaseException included."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    numero = 1
    try:
        registros = await pagina(conexion, numero)
        while registros:
            for registro in registros:
                yield registro
            numero += 1
            registros = await pagina(conexion, numero)
    except BaseException:
        await cerrar(conexion)
        raise
    else:
        await cerrar(conexion)
