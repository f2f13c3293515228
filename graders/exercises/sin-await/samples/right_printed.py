"""Right: names for each step, and prints."""


async def hacer_recibo(libro, obtener_precio):
    """Devuelve el recibo de un libro, con su precio."""
    precio = await obtener_precio(libro)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    """Compra un libro: devuelve su recibo, o avisa de que está agotado."""
    quedan = await hay_ejemplares(libro)
    print("¿Quedan?", quedan)
    if quedan is False:
        return f"{libro}: agotado"
    await guardar_pedido(libro)
    return await hacer_recibo(libro, obtener_precio)
