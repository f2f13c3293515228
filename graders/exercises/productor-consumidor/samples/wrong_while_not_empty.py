"""Wrong: cooks leave when they see the queue empty, as it is at the beginning."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)

    async def cocinero():
        async with fogon():
            while not barra.empty():
                platos.append(await cocinar(await barra.get()))

    await asyncio.gather(*[cocinero() for _ in range(cocineros)], camarero())
    return platos
