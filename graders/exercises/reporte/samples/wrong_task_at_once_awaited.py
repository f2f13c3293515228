"""Wrong: a task that is awaited as soon as it is made is no better."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    reportes = []
    for usuario in await obtener_usuarios():
        tarea = asyncio.create_task(obtener_pedidos(usuario["id"]))
        reportes.append({"usuario": usuario["nombre"], "pedidos": await tarea})
    return {"reportes": reportes}
