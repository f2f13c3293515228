"""Wrong: names written in its own way."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    nombres = [usuario["nombre"].title() for usuario in usuarios]
    return {"reportes": [{"usuario": n, "pedidos": p} for n, p in zip(nombres, pedidos)]}
