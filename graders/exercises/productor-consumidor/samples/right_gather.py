"""Right: gather of the waiter and the cooks; None says that it is over; a tuple."""

import asyncio


async def camarero(pedidos, barra, cuantos):
    async for pedido in pedidos():
        print("apunto", pedido)
        await barra.put(pedido)
    for _ in range(cuantos):
        await barra.put(None)


async def cocinero(barra, fogon, cocinar):
    hechos = []
    async with fogon():
        while True:
            pedido = await barra.get()
            if pedido is None:
                break
            hechos.append(await cocinar(pedido))
    return hechos


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    _, *hechos = await asyncio.gather(
        camarero(pedidos, barra, cocineros),
        *(cocinero(barra, fogon, cocinar) for _ in range(cocineros)),
    )
    return tuple(plato for lista in hechos for plato in lista)
