"""Keeps the first price that it is told."""

precios = []


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    await guardar_pedido(libro)
    precios.append(await obtener_precio(libro))
    return f"{libro}: {precios[0]} euros"
