"""Wrong: in pairs."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = []
    for i in range(0, len(usuarios), 2):
        pareja = [obtener_pedidos(u["id"]) for u in usuarios[i : i + 2]]
        pedidos += await asyncio.gather(*pareja)
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
