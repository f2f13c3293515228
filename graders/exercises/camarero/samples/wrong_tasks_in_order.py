"""All at once, but picked up in the order of the orders."""

import asyncio


async def atender(pedidos, cocinar):
    tareas = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    return [await tarea for tarea in tareas]
