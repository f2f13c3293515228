"""Wrong: no await for the gather."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    pedidos = asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    return {
        "reportes": [
            {"usuario": usuarios[i]["nombre"], "pedidos": pedidos[i]} for i in range(len(usuarios))
        ]
    }
