"""Waits for each task with a limit, and waits on; tasks keep the order."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []

    async def llevar(pedido):
        servidos.append(await cocinar(pedido))

    tareas = [asyncio.create_task(llevar(pedido)) for pedido in pedidos]
    for tarea in tareas:
        while not tarea.done():
            try:
                await asyncio.wait_for(asyncio.shield(tarea), timeout=5)
            except TimeoutError:
                print("Sigo esperando")
        await tarea
    return servidos
