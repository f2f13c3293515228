"""Hostile: one after another, and once more all together for the look of it."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    reportes = []
    for usuario in usuarios:
        pedidos = await obtener_pedidos(usuario["id"])
        reportes.append({"usuario": usuario["nombre"], "pedidos": pedidos})
    return {"reportes": reportes}
