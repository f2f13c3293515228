"""async for over as_completed, which is for Python 3.13."""

import asyncio


async def atender(pedidos, cocinar):
    tareas = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    servidos = []
    async for tarea in asyncio.as_completed(tareas):
        servidos.append(await tarea)
    return servidos
