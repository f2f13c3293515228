"""Hostile: closes the coroutines, so that nothing warns, and asks nobody."""


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    for pregunta in (hay_ejemplares, obtener_precio, guardar_pedido):
        pregunta(libro).close()
    return f"{libro}: 12 euros"
