"""Wrong: if the last query fails, the report comes without it."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    tareas = [asyncio.create_task(obtener_pedidos(u["id"])) for u in usuarios]
    reportes = []
    for u, tarea in zip(usuarios, tareas):
        try:
            reportes.append({"usuario": u["nombre"], "pedidos": await tarea})
        except Exception:
            if tarea is not tareas[-1]:
                raise
    return {"reportes": reportes}
