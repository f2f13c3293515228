"""A dish that fails is ordered once more."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []

    async def servir(pedido):
        try:
            plato = await cocinar(pedido)
        except Exception:
            plato = await cocinar(pedido)
        servidos.append(plato)

    async with asyncio.TaskGroup() as grupo:
        for pedido in pedidos:
            grupo.create_task(servir(pedido))
    return servidos
