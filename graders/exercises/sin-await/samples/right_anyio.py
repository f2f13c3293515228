"""Right: anyio, and arguments by name."""

import anyio


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    recibo = f"{libro}: agotado"
    if await hay_ejemplares(libro=libro):
        async with anyio.create_task_group() as grupo:
            grupo.start_soon(guardar_pedido, libro)
            recibo = f"{libro}: {await obtener_precio(libro)} euros"
    return recibo
