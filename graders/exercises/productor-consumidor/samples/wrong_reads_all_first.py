"""Wrong: the queue has a limit, but all orders are read before the first is put."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def camarero():
        todos = [pedido async for pedido in pedidos()]
        for pedido in todos + [None] * cocineros:
            await barra.put(pedido)

    async def cocinero():
        async with fogon():
            while (pedido := await barra.get()) is not None:
                platos.append(await cocinar(pedido))

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
