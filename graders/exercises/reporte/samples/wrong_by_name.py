"""Wrong: a dictionary by name, where the second Ana takes the first's place."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    por_nombre = dict(zip([u["nombre"] for u in usuarios], pedidos))
    return {"reportes": [{"usuario": n, "pedidos": p} for n, p in por_nombre.items()]}
