"""Wrong: as in the tutorial, so that a cook's error leaves join() waiting for ever."""

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
    for tarea in equipo:
        tarea.cancel()
    await asyncio.gather(*equipo, return_exceptions=True)
    return platos
