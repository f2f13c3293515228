"""Wrong: asks for the next page before it gives the last record of this one."""


async def flujo(conectar, pagina, cerrar):
    conexion = await conectar()
    try:
        numero, registros = 1, await pagina(conexion, 1)
        while registros:
            *primeros, ultimo = registros
            for registro in primeros:
                yield registro
            numero += 1
            registros = await pagina(conexion, numero)
            yield ultimo
    finally:
        await cerrar(conexion)
