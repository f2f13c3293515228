"""Right: a time limit of anyio's, and arguments by name."""

import anyio


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    recibo = f"{libro}: agotado"
    if await hay_ejemplares(libro=libro):
        with anyio.fail_after(30):
            await guardar_pedido(libro)
            recibo = f"{libro}: {await obtener_precio(libro)} euros"
    return recibo
