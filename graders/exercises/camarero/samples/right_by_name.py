"""asyncio.wait with a time limit after which it waits again; orders by the parameter's name."""

import asyncio


async def atender(pedidos, cocinar):
    pendientes = [asyncio.ensure_future(cocinar(pedido=p)) for p in pedidos]
    servidos = []
    while pendientes:
        listos, resto = await asyncio.wait(
            pendientes, timeout=30, return_when=asyncio.FIRST_COMPLETED
        )
        servidos += [tarea.result() for tarea in listos]
        pendientes = list(resto)
    return servidos
