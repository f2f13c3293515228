"""Goes to look every 50 ms."""

import asyncio


async def atender(pedidos, cocinar):
    pendientes = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    servidos = []
    while pendientes:
        for tarea in list(pendientes):
            if tarea.done():
                servidos.append(tarea.result())
                pendientes.remove(tarea)
        await asyncio.sleep(0.05)
    return servidos
