"""Wrong: cooks look every few milliseconds whether there is an order."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []
    terminado = False

    async def camarero():
        nonlocal terminado
        async for pedido in pedidos():
            await barra.put(pedido)
        terminado = True

    async def cocinero():
        async with fogon():
            while not (terminado and barra.empty()):
                if barra.empty():
                    await asyncio.sleep(0.01)
                else:
                    platos.append(await cocinar(barra.get_nowait()))

    await asyncio.gather(camarero(), *[cocinero() for _ in range(cocineros)])
    return platos
