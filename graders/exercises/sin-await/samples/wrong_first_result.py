"""Wrong: takes for the receipt what comes first, the price or the end of saving."""

import asyncio


async def hacer_recibo(libro, obtener_precio):
    precio = await obtener_precio(libro)
    return f"{libro}: {precio} euros"


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    recibo, _ = [
        await primero
        for primero in asyncio.as_completed(
            [hacer_recibo(libro, obtener_precio), guardar_pedido(libro)]
        )
    ]
    return recibo
