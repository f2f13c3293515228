"""Waits for a second, and goes on without the rest of that second."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    pendientes = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    while pendientes:
        hechas, _ = await asyncio.wait(pendientes, timeout=1)
        servidos += [tarea.result() for tarea in pendientes if tarea in hechas]
        pendientes = [tarea for tarea in pendientes if tarea not in hechas]
    return servidos
