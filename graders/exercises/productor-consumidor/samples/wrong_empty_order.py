"""Wrong: an empty order is taken for the end."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(sitios)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            if not pedido:
                break
            await barra.put(pedido)
        for _ in range(cocineros):
            await barra.put(None)

    async def cocinero():
        async with fogon():
            while pedido := await barra.get():
                platos.append(await cocinar(pedido))

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
