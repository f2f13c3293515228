"""Reference solution of the exercise reporte."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    """Ask for the users, then for the orders of all of them at once."""
    usuarios = await obtener_usuarios()
    pedidos = await asyncio.gather(*[obtener_pedidos(usuario["id"]) for usuario in usuarios])
    return {
        "reportes": [
            {"usuario": usuario["nombre"], "pedidos": suyos}
            for usuario, suyos in zip(usuarios, pedidos, strict=True)
        ]
    }
