"""Reference solution of the exercise camarero."""

import asyncio


async def atender(pedidos, cocinar):
    """Order everything at once; return the dishes in the order in which they come out."""
    comandas = [cocinar(pedido) for pedido in pedidos]
    return [await plato for plato in asyncio.as_completed(comandas)]
