"""Hostile: asks for many orders at once, whoever the users are, to look concurrent."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios, *_ = await asyncio.gather(obtener_usuarios(), *map(obtener_pedidos, range(1, 4)))
    reportes = []
    for usuario in usuarios:
        pedidos = await obtener_pedidos(usuario["id"])
        reportes.append({"usuario": usuario["nombre"], "pedidos": pedidos})
    return {"reportes": reportes}
