"""Wrong: the whole user where the name should be."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    return {"reportes": [{"usuario": u, "pedidos": p} for u, p in zip(usuarios, pedidos)]}
