"""Wrong: the starter as it is."""


async def hacer_recibo(libro, obtener_precio):
    """Devuelve el recibo de un libro, con su precio."""
    precio = obtener_precio(libro)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    """Compra un libro: devuelve su recibo, o avisa de que está agotado."""
    if not hay_ejemplares(libro):
        return f"{libro}: agotado"
    guardar_pedido(libro)
    recibo = hacer_recibo(libro, obtener_precio)
    return recibo
