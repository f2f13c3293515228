"""Wrong: each user's orders are awaited before the next are asked for."""


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    reportes = []
    for usuario in usuarios:
        pedidos = await obtener_pedidos(usuario["id"])
        reportes.append({"usuario": usuario["nombre"], "pedidos": pedidos})
    return {"reportes": reportes}
