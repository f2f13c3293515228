"""Wrong: thinks of GeneratorExit and of errors, and forgets that a reader may be cancelled."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
    except (GeneratorExit, Exception):
        await cerrar(conexion)
        raise
    await cerrar(conexion)
