"""Wrong: time.sleep stops everything while the queries are under way."""

import asyncio
import time


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    tareas = [asyncio.create_task(obtener_pedidos(u["id"])) for u in usuarios]
    await asyncio.sleep(0)
    time.sleep(0.3)
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": await t} for u, t in zip(usuarios, tareas)]
    }
