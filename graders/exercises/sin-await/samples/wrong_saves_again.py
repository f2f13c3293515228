"""If an order cannot be saved, it is given a second chance."""


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    try:
        await guardar_pedido(libro)
    except Exception:
        await guardar_pedido(libro)
    return f"{libro}: {await obtener_precio(libro)} euros"
