"""Makes the receipt's coroutine before it knows whether there are copies."""


async def hacer_recibo(libro, obtener_precio):
    precio = await obtener_precio(libro)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    recibo = hacer_recibo(libro, obtener_precio)
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    await guardar_pedido(libro)
    return await recibo
