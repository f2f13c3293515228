"""Wrong: `except Exception` sees neither GeneratorExit nor CancelledError."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero = 1
        while registros := await pagina(conexion, numero):
            for registro in registros:
                yield registro
            numero += 1
    except Exception:
        await cerrar(conexion)
        raise
    await cerrar(conexion)
