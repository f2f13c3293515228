"""Takes three orders to the kitchen at a time."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    for i in range(0, len(pedidos), 3):
        comandas = [cocinar(pedido) for pedido in pedidos[i : i + 3]]
        servidos += [await plato for plato in asyncio.as_completed(comandas)]
    return servidos
