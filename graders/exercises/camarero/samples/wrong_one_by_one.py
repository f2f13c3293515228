"""The starter: it stands at the kitchen door."""


async def atender(pedidos, cocinar):
    servidos = []
    for pedido in pedidos:
        servidos.append(await cocinar(pedido))
    return servidos
