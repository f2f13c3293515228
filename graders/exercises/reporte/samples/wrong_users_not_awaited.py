"""Wrong: no await for the users."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
