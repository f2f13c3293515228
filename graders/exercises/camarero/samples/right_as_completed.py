"""As the class does: as_completed over the coroutines."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    for plato in asyncio.as_completed([cocinar(pedido) for pedido in pedidos]):
        servidos.append(await plato)
    return servidos
