"""Takes an empty dish for none."""

import asyncio


async def atender(pedidos, cocinar):
    comandas = asyncio.as_completed([cocinar(pedido) for pedido in pedidos])
    return [plato for comanda in comandas if (plato := await comanda)]
