"""Serves what came out first, and leaves."""

import asyncio


async def atender(pedidos, cocinar):
    tareas = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    if not tareas:
        return []
    listos, _ = await asyncio.wait(tareas, return_when=asyncio.FIRST_COMPLETED)
    return [tarea.result() for tarea in listos][:1]
