"""Wrong: the number of the page is a global, and a second reader goes on where the first is."""

numero = 0


async def flujo(conectar, pagina, cerrar):
    global numero
    conexion = await conectar()
    numero = 0
    try:
        while True:
            numero += 1
            registros = await pagina(conexion, numero)
            if not registros:
                return
            for registro in registros:
                yield registro
    finally:
        await cerrar(conexion)
