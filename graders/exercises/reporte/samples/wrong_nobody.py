"""Wrong: zip of nothing cannot be taken apart."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    nombres, ids = zip(*[(u["nombre"], u["id"]) for u in usuarios])
    pedidos = await asyncio.gather(*map(obtener_pedidos, ids))
    return {"reportes": [{"usuario": n, "pedidos": p} for n, p in zip(nombres, pedidos)]}
