"""Wrong: stoves are lit and put out before the work, and cooks are left waiting."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def cocinero():
        async with fogon():
            pass
        while True:
            platos.append(await cocinar(await barra.get()))
            barra.task_done()

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)
        await barra.join()

    equipo = [asyncio.create_task(camarero())]
    equipo += [asyncio.create_task(cocinero()) for _ in range(cocineros)]
    hechas, _ = await asyncio.wait(equipo, return_when=asyncio.FIRST_COMPLETED)
    hechas.pop().result()
    return platos
