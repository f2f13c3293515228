"""Wrong: cooks are cancelled as soon as the last order is on the rail."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def cocinero():
        async with fogon():
            while True:
                pedido = await barra.get()
                platos.append(await cocinar(pedido))

    equipo = [asyncio.create_task(cocinero()) for _ in range(cocineros)]
    async for pedido in pedidos():
        await barra.put(pedido)
    for tarea in equipo:
        tarea.cancel()
    await asyncio.gather(*equipo, return_exceptions=True)
    return platos
