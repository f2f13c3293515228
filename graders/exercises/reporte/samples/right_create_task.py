"""Right: tasks in a dictionary by id, awaited one by one; tuples for lists."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    tareas = {u["id"]: asyncio.create_task(obtener_pedidos(u["id"])) for u in usuarios}
    reportes = ()
    for u in usuarios:
        reportes += ({"usuario": u["nombre"], "pedidos": tuple(await tareas[u["id"]])},)
    return dict(reportes=reportes)
