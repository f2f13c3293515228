"""Wrong: after join() nobody tells the cooks."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def cocinero():
        async with fogon():
            while True:
                pedido = await barra.get()
                platos.append(await cocinar(pedido))
                barra.task_done()

    equipo = [asyncio.create_task(cocinero()) for _ in range(cocineros)]
    async for pedido in pedidos():
        await barra.put(pedido)
    await barra.join()
    return platos
