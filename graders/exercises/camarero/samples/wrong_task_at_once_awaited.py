"""A task for each, awaited before the next is made."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    for pedido in pedidos:
        tarea = asyncio.create_task(cocinar(pedido))
        servidos.append(await tarea)
    return servidos
