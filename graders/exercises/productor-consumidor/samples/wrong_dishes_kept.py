"""Wrong: the dishes of all calls are in one list, the default value."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios, platos=[]):
    barra = asyncio.Queue(sitios)
    fin = object()

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)
        for _ in range(cocineros):
            await barra.put(fin)

    async def cocinero():
        async with fogon():
            while (pedido := await barra.get()) is not fin:
                platos.append(await cocinar(pedido))

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
