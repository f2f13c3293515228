"""Right: as they come, and put in the users' order afterwards."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()

    async def con_id(usuario_id):
        return usuario_id, await obtener_pedidos(usuario_id)

    por_id = {}
    for siguiente in asyncio.as_completed([con_id(u["id"]) for u in usuarios]):
        usuario_id, pedidos = await siguiente
        por_id[usuario_id] = pedidos
    return {"reportes": [{"usuario": u["nombre"], "pedidos": por_id[u["id"]]} for u in usuarios]}
