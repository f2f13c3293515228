"""Wrong: a query that fails becomes an empty list."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(
        *[obtener_pedidos(u["id"]) for u in usuarios], return_exceptions=True
    )
    return {
        "reportes": [
            {"usuario": u["nombre"], "pedidos": [] if isinstance(p, Exception) else p}
            for u, p in zip(usuarios, pedidos)
        ]
    }
