"""Wrong: the waiter makes everybody wait when he takes an order."""

import asyncio
import time

FIN = object()


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    """Serve all orders with several cooks; return the dishes."""
    barra = asyncio.Queue(maxsize=sitios)
    platos = []

    async def camarero():
        async for pedido in pedidos():
            time.sleep(0.2)
            await barra.put(pedido)
        for _ in range(cocineros):
            await barra.put(FIN)

    async def cocinero():
        async with fogon():
            while (pedido := await barra.get()) is not FIN:
                platos.append(await cocinar(pedido))

    async with asyncio.TaskGroup() as turno:
        turno.create_task(camarero())
        for _ in range(cocineros):
            turno.create_task(cocinero())
    return platos
