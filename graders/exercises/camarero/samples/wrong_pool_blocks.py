"""Waits for threads, each with a loop of its own, and blocks the loop meanwhile."""

import asyncio
from concurrent.futures import ThreadPoolExecutor, as_completed


async def atender(pedidos, cocinar):
    with ThreadPoolExecutor(max_workers=20) as hilos:
        futuros = [hilos.submit(asyncio.run, cocinar(pedido)) for pedido in pedidos]
        return [futuro.result() for futuro in as_completed(futuros)]
