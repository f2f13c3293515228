"""Right: join() inside a task group, then the cooks are cancelled."""

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

    async with asyncio.TaskGroup() as turno:
        equipo = [turno.create_task(cocinero()) for _ in range(cocineros)]
        async for pedido in pedidos():
            await barra.put(pedido)
        await barra.join()
        for tarea in equipo:
            tarea.cancel()
    return platos
