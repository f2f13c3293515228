"""Wrong: asks for the users again to know their names."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in await obtener_usuarios()])
    usuarios = await obtener_usuarios()
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
