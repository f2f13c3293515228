"""Right: asyncio.wait, and nothing to wait for if there is nobody."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    tareas = []
    for usuario in usuarios:
        await asyncio.sleep(0.01)
        tareas.append(asyncio.ensure_future(obtener_pedidos(usuario["id"])))
    if tareas:
        await asyncio.wait(tareas)
    reportes = []
    for usuario, tarea in zip(usuarios, tareas):
        reportes.append({"usuario": usuario["nombre"], "pedidos": tarea.result()})
    return {"reportes": reportes}
