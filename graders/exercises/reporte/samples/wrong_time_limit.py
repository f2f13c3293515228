import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    tareas = [asyncio.wait_for(obtener_pedidos(u["id"]), timeout=1) for u in usuarios]
    pedidos = await asyncio.gather(*tareas)
    return {
        "reportes": [
            {"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos, strict=True)
        ]
    }
