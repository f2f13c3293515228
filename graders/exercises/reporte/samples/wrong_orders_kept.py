"""Wrong: orders kept from one call to another."""

import asyncio


PEDIDOS = {}


async def reporte(obtener_usuarios, obtener_pedidos):
    async def de(usuario):
        if usuario["id"] not in PEDIDOS:
            PEDIDOS[usuario["id"]] = await obtener_pedidos(usuario["id"])
        return {"usuario": usuario["nombre"], "pedidos": PEDIDOS[usuario["id"]]}

    usuarios = await obtener_usuarios()
    return {"reportes": await asyncio.gather(*map(de, usuarios))}
