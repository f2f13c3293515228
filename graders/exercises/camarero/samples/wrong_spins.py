"""Goes to look without a pause."""

import asyncio


async def atender(pedidos, cocinar):
    pendientes = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    servidos = []
    while pendientes:
        await asyncio.sleep(0)
        for tarea in [t for t in pendientes if t.done()]:
            servidos.append(tarea.result())
            pendientes.remove(tarea)
    return servidos
