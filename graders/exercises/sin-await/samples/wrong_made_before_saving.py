async def hacer_recibo(libro, obtener_precio):
    return f"{libro}: {await obtener_precio(libro)} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    recibo = hacer_recibo(libro, obtener_precio)
    await guardar_pedido(libro)
    return await recibo
