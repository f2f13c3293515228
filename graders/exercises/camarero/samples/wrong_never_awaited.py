"""Serves the coroutines themselves."""

async def atender(pedidos, cocinar):
    return [cocinar(pedido) for pedido in pedidos]
