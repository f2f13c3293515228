"""Wrong: each with their orders, but in the order in which they came."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    reportes = []

    async def anotar(usuario):
        pedidos = await obtener_pedidos(usuario["id"])
        reportes.append({"usuario": usuario["nombre"], "pedidos": pedidos})

    async with asyncio.TaskGroup() as grupo:
        for usuario in await obtener_usuarios():
            grupo.create_task(anotar(usuario))
    return {"reportes": reportes}
