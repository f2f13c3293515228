"""Reference solution of the exercise sin-await."""


async def hacer_recibo(libro, obtener_precio):
    """Return a book's receipt, with its price."""
    precio = await obtener_precio(libro)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    """Buy a book: return its receipt, or say that it is sold out."""
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    await guardar_pedido(libro)
    return await hacer_recibo(libro, obtener_precio)
