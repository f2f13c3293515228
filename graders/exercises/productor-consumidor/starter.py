import asyncio


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    """Sirve todos los pedidos con varios cocineros y devuelve los platos."""
    barra = asyncio.Queue()
    platos = []

    async def camarero():
        async for pedido in pedidos():
            await barra.put(pedido)

    async def cocinero():
        async with fogon():
            # Descuelga un pedido, cocínalo, guarda el plato… ¿y hasta cuándo?
            pass

    # Pon a trabajar al camarero y a los cocineros, y espera a que acaben todos.
    return platos
