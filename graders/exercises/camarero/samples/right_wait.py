"""asyncio.wait, the first that is done each time."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    pendientes = {asyncio.create_task(cocinar(pedido)) for pedido in pedidos}
    while pendientes:
        hechas, pendientes = await asyncio.wait(
            pendientes, return_when=asyncio.FIRST_COMPLETED
        )
        servidos.extend(tarea.result() for tarea in hechas)
    return servidos
