"""gather gives the dishes back as ordered; orders by the parameter's name."""

import asyncio


async def atender(pedidos, cocinar):
    return await asyncio.gather(*[cocinar(pedido=pedido) for pedido in pedidos])
