"""Wrong: returns the tasks in place of what they return."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    return {
        "reportes": [
            {"usuario": u["nombre"], "pedidos": asyncio.create_task(obtener_pedidos(u["id"]))}
            for u in usuarios
        ]
    }
