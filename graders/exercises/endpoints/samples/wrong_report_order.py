"""Wrong: the reports come in the order in which the orders come."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    async def reporte():
        usuarios, reportes = await obtener_usuarios(), []

        async def anotar(usuario):
            pedidos = await obtener_pedidos(usuario["id"])
            reportes.append({"usuario": usuario["nombre"], "pedidos": pedidos})

        await asyncio.gather(*map(anotar, usuarios))
        return {"reportes": reportes}

    return app
