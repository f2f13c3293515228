"""asyncio.wait of an empty set raises."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    pendientes = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    while True:
        hechas, pendientes = await asyncio.wait(
            pendientes, return_when=asyncio.FIRST_COMPLETED
        )
        servidos += [tarea.result() for tarea in hechas]
        if not pendientes:
            return servidos
