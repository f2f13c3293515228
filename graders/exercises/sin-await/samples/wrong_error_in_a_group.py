"""A TaskGroup: the error comes out inside an ExceptionGroup."""

import asyncio


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    async with asyncio.TaskGroup() as grupo:
        grupo.create_task(guardar_pedido(libro))
        precio = grupo.create_task(obtener_precio(libro))
    return f"{libro}: {precio.result()} euros"
