"""Wrong: waits for join(), and no cook says task_done()."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def cocinero():
        async with fogon():
            while True:
                pedido = await barra.get()
                platos.append(await cocinar(pedido))

    async with asyncio.TaskGroup() as turno:
        equipo = [turno.create_task(cocinero()) for _ in range(cocineros)]
        async for pedido in pedidos():
            await barra.put(pedido)
        await barra.join()
        for tarea in equipo:
            tarea.cancel()
    return platos
