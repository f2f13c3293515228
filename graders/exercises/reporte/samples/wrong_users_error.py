"""Wrong: takes it for no users that the query for them fails."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    try:
        usuarios = await obtener_usuarios()
    except Exception:
        usuarios = []
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
