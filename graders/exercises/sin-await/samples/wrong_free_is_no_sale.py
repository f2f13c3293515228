"""Wrong: a book that costs nothing is not saved."""


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if await hay_ejemplares(libro):
        if precio := await obtener_precio(libro):
            await guardar_pedido(libro)
        return f"{libro}: {precio} euros"
    return f"{libro}: agotado"
