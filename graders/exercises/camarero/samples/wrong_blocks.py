"""Blocks the loop while the kitchen works."""

import asyncio
import time


async def atender(pedidos, cocinar):
    tareas = [asyncio.create_task(cocinar(pedido)) for pedido in pedidos]
    time.sleep(0.4)
    return [await plato for plato in asyncio.as_completed(tareas)]
