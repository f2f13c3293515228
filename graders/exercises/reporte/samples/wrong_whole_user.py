"""Wrong: hands over the whole user."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(usuario) for usuario in usuarios])
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
