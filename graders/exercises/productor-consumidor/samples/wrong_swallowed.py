"""Wrong: a cook prints the error and goes on."""

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
        async with fogon():
            while (pedido := await barra.get()) is not None:
                try:
                    platos.append(await cocinar(pedido))
                except Exception as error:
                    print("se quemó", error)

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
