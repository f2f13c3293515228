"""Wrong: awaits each user's orders before asking for the next."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await asyncio.wait_for(consultar(), 5)}

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    async def reporte():
        reportes = []
        for usuario in await obtener_usuarios():
            pedidos = await obtener_pedidos(usuario["id"])
            reportes.append({"usuario": usuario["nombre"], "pedidos": pedidos})
        return {"reportes": reportes}

    return app
