"""Lets the errors of a disk through, and hides all others."""


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    if not await hay_ejemplares(libro):
        return f"{libro}: agotado"
    try:
        await guardar_pedido(libro)
    except OSError:
        raise
    except Exception as error:
        print("no se pudo guardar", error)
    return f"{libro}: {await obtener_precio(libro)} euros"
