"""A dish that fails is left out without a word."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    for plato in asyncio.as_completed([cocinar(pedido) for pedido in pedidos]):
        try:
            servidos.append(await plato)
        except ValueError:
            pass
    return servidos
