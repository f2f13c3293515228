"""Wrong: a stove is lit and put out for each order."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)
        for _ in range(cocineros):
            await barra.put(None)

    async def cocinero():
        while (pedido := await barra.get()) is not None:
            async with fogon():
                platos.append(await cocinar(pedido))

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
