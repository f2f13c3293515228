"""gather, and each order notes and prints its dish when it ends."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []

    async def llevar(pedido):
        plato = await cocinar(pedido)
        print("Sirvo", plato)
        servidos.append(plato)

    await asyncio.gather(*[llevar(pedido) for pedido in pedidos])
    return servidos
