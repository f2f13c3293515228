"""Notes the dishes in a list outside the function."""

import asyncio

servidos = []


async def llevar(pedido, cocinar):
    servidos.append(await cocinar(pedido))


async def atender(pedidos, cocinar):
    await asyncio.gather(*[llevar(pedido, cocinar) for pedido in pedidos])
    return servidos
