"""Wrong: the list alone."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    return [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
