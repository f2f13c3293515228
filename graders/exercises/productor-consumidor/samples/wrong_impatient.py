"""Wrong: a cook who hears nothing for a while goes home."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)

    async def cocinero():
        async with fogon():
            while True:
                try:
                    pedido = await asyncio.wait_for(barra.get(), timeout=0.5)
                except TimeoutError:
                    return
                platos.append(await cocinar(pedido))

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
