"""gather keeps the order of the orders."""

import asyncio


async def atender(pedidos, cocinar):
    return await asyncio.gather(*(cocinar(pedido) for pedido in pedidos))
