"""Wrong: if a cook dies of the last order, join() waits for ever."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(sitios)
    platos = []

    async def cocinero():
        async with fogon():
            while True:
                pedido = await barra.get()
                platos.append(await cocinar(pedido))
                barra.task_done()

    async def servir(equipo):
        async for pedido in pedidos():
            colgar = asyncio.create_task(barra.put(pedido))
            hechas, _ = await asyncio.wait([colgar, *equipo], return_when="FIRST_COMPLETED")
            for tarea in hechas:
                tarea.result()
        await barra.join()

    equipo = [asyncio.create_task(cocinero()) for _ in range(cocineros)]
    try:
        await servir(equipo)
    finally:
        for tarea in equipo:
            tarea.cancel()
        await asyncio.gather(*equipo, return_exceptions=True)
    return platos
