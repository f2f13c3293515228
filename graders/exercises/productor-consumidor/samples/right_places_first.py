"""Right, if odd: no queue; the waiter waits for a free place before he takes an order."""

import asyncio
from collections import deque


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    barra = deque()
    cambio = asyncio.Condition()
    cerrado = False
    platos = []

    async def camarero():
        nonlocal cerrado
        entrada = pedidos()
        while True:
            async with cambio:
                await cambio.wait_for(lambda: len(barra) < sitios)
            try:
                pedido = await anext(entrada)
            except StopAsyncIteration:
                break
            async with cambio:
                barra.append(pedido)
                cambio.notify_all()
        async with cambio:
            cerrado = True
            cambio.notify_all()

    async def cocinero():
        async with fogon():
            while True:
                async with cambio:
                    await cambio.wait_for(lambda: barra or cerrado)
                    if not barra:
                        return
                    pedido = barra.popleft()
                    cambio.notify_all()
                platos.append(await cocinar(pedido))

    async with asyncio.TaskGroup() as turno:
        turno.create_task(camarero())
        for _ in range(cocineros):
            turno.create_task(cocinero())
    return platos
