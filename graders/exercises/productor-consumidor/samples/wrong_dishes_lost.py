"""Wrong: dishes are kept by order, so that of two equal orders one is lost."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = {}

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)
        for _ in range(cocineros):
            await barra.put(None)

    async def cocinero():
        async with fogon():
            while (pedido := await barra.get()) is not None:
                platos[pedido] = await cocinar(pedido)

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return list(platos.values())
