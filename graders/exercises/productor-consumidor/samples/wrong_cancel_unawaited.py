"""Wrong: cooks are cancelled at the end and not awaited: they put their stoves out later."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)
        await barra.join()

    async def cocinero():
        async with fogon():
            while True:
                pedido = await barra.get()
                try:
                    platos.append(await cocinar(pedido))
                finally:
                    barra.task_done()

    servir = asyncio.create_task(camarero())
    equipo = [asyncio.create_task(cocinero()) for _ in range(cocineros)]
    hechas, pendientes = await asyncio.wait(
        [servir, *equipo], return_when=asyncio.FIRST_COMPLETED
    )
    for tarea in pendientes:
        tarea.cancel()
    for tarea in hechas:
        tarea.result()
    return platos
