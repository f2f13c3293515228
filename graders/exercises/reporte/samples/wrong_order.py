"""Wrong: gives the orders out as they come."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    llegadas = asyncio.as_completed([obtener_pedidos(u["id"]) for u in usuarios])
    pedidos = [await llegada for llegada in llegadas]
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
