"""Wrong: the waiter cooks."""

from contextlib import AsyncExitStack


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    async with AsyncExitStack() as cocina:
        for _ in range(cocineros):
            await cocina.enter_async_context(fogon())
        return [await cocinar(pedido) async for pedido in pedidos()]
