"""Wrong: one after another too, though it is one line."""


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = [await obtener_pedidos(u["id"]) for u in usuarios]
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
