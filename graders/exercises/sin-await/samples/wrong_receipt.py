"""Wrong: returns the coroutine of the receipt."""


async def hacer_recibo(libro, obtener_precio):
    """Devuelve el recibo de un libro, con su precio."""
    precio = await obtener_precio(libro)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    """Compra un libro: devuelve su recibo, o avisa de que está agotado."""
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    await guardar_pedido(libro)
    recibo = hacer_recibo(libro, obtener_precio)
    return recibo
