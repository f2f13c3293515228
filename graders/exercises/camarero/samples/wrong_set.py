"""Orders in a set: one of two equal soups is lost."""

import asyncio


async def atender(pedidos, cocinar):
    comandas = [cocinar(pedido) for pedido in set(pedidos)]
    return [await plato for plato in asyncio.as_completed(comandas)]
