"""Wrong: as many places as cooks, whatever was asked for."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=cocineros)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)
        for _ in range(cocineros):
            await barra.put(None)

    async def cocinero():
        async with fogon():
            while (pedido := await barra.get()) is not None:
                platos.append(await cocinar(pedido))

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
