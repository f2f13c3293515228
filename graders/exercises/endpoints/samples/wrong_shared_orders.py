"""Wrong: one dictionary of orders by user for all requests."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()
    pedidos = {}

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    async def anotar(usuario):
        pedidos[usuario["id"]] = await obtener_pedidos(usuario["id"])

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        await asyncio.gather(*[anotar(usuario) for usuario in usuarios])
        return {
            "reportes": [
                {"usuario": usuario["nombre"], "pedidos": pedidos[usuario["id"]]}
                for usuario in usuarios
            ]
        }

    return app
