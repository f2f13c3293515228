"""Hostile: silences the warning in place of awaiting."""

import sys
import warnings


async def comprar(libro, hay_ejemplares, obtener_precio, guardar_pedido):
    warnings.showwarning = lambda *args, **kwargs: None
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda *args: None
    if not hay_ejemplares(libro):
        return f"{libro}: agotado"
    guardar_pedido(libro)
    return f"{libro}: 12 euros"
