async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        for numero in range(1, 13):
            registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in registros:
                yield registro
    finally:
        await cerrar(conexion)
