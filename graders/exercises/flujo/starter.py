from contextlib import aclosing  # con él se va el lector: async with aclosing(flujo(…))


async def flujo(conectar, pagina, cerrar):
    """Da los registros de uno en uno; pide cada página cuando hace falta; cierra siempre."""
    conexion = await conectar()
    for registro in await pagina(conexion, 1):
        yield registro
    # ¿Y las demás páginas? ¿Quién cierra la conexión, si el lector se va en el yield?
