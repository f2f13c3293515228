"""Never more than two in the kitchen."""

import asyncio


async def atender(pedidos, cocinar):
    sitio = asyncio.Semaphore(2)
    servidos = []

    async def servir(pedido):
        async with sitio:
            servidos.append(await cocinar(pedido))

    await asyncio.gather(*(servir(pedido) for pedido in pedidos))
    return servidos
