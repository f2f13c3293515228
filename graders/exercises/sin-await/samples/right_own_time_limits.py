"""Right: nothing is waited for longer than three seconds, by a helper of its own."""

import asyncio

LIMITE = 3


async def como_mucho(espera):
    async with asyncio.timeout(LIMITE):
        return await espera


async def hacer_recibo(libro, obtener_precio):
    precio = await asyncio.wait_for(obtener_precio(libro), LIMITE)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if not await como_mucho(hay_ejemplares(libro)):
        return f"{libro}: agotado"
    await asyncio.wait_for(guardar_pedido(libro), timeout=LIMITE)
    return await hacer_recibo(libro, obtener_precio)
