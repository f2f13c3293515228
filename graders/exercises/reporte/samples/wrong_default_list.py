"""Wrong: a default list is one for all calls, so that the next report begins with the last one."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos, reportes=[]):
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
    for usuario, suyos in zip(usuarios, pedidos):
        reportes.append({"usuario": usuario["nombre"], "pedidos": suyos})
    return {"reportes": reportes}
