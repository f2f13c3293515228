"""Hides one class of errors."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []
    for comanda in asyncio.as_completed([cocinar(pedido) for pedido in pedidos]):
        try:
            servidos.append(await comanda)
        except TimeoutError:
            print("tarda demasiado")
    return servidos
