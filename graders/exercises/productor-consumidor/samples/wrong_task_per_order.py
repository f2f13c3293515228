"""Wrong: each order gets a cook of its own."""

import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    async def cocinero(pedido):
        async with fogon():
            return await cocinar(pedido)

    async with asyncio.TaskGroup() as turno:
        tareas = [turno.create_task(cocinero(pedido)) async for pedido in pedidos()]
    return [tarea.result() for tarea in tareas]
