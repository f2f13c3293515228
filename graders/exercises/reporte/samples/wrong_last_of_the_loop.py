"""Wrong: every lambda made in the loop sees the loop's last user."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    consultas = [lambda: obtener_pedidos(usuario["id"]) for usuario in usuarios]
    pedidos = await asyncio.gather(*[consulta() for consulta in consultas])
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }
