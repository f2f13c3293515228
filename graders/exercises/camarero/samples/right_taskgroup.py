"""A TaskGroup whose error is taken out of its group, and a tuple for a list."""

import asyncio


async def atender(pedidos, cocinar):
    servidos = []

    async def servir(pedido):
        plato = await cocinar(pedido)
        print("sale", plato)
        servidos.append(plato)

    try:
        async with asyncio.TaskGroup() as grupo:
            for pedido in pedidos:
                grupo.create_task(servir(pedido))
    except BaseExceptionGroup as errores:
        raise errores.exceptions[0] from None
    return tuple(servidos)
