"""Right: every wait has a limit."""

import asyncio


async def hacer_recibo(libro, obtener_precio):
    """Devuelve el recibo de un libro, con su precio."""
    precio = await asyncio.wait_for(obtener_precio(libro), timeout=30)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    """Compra un libro: devuelve su recibo, o avisa de que está agotado."""
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    await asyncio.wait_for(guardar_pedido(libro), 30)
    recibo = await hacer_recibo(libro, obtener_precio)
    return recibo
