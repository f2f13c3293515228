"""Right: a task that is awaited before the end."""

import asyncio


async def hacer_recibo(libro, obtener_precio):
    """Devuelve el recibo de un libro, con su precio."""
    precio = await obtener_precio(libro)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    """Compra un libro: devuelve su recibo, o avisa de que está agotado."""
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    guardado = asyncio.create_task(guardar_pedido(libro))
    recibo = await hacer_recibo(libro, obtener_precio)
    await guardado
    return recibo
