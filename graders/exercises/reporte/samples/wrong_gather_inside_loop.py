"""Wrong: a gather for each user, of a single call."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    reportes = []
    for usuario in await obtener_usuarios():
        (pedidos,) = await asyncio.gather(obtener_pedidos(usuario["id"]))
        reportes.append({"usuario": usuario["nombre"], "pedidos": pedidos})
    return {"reportes": reportes}
