"""Wrong: asks again for a page that fails."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    numero = 1
    try:
        while True:
            try:
                registros = await pagina(conexion, numero)
            except Exception:
                registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in registros:
                yield registro
            numero += 1
    finally:
        await cerrar(conexion)
