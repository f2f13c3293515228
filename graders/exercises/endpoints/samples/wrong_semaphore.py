"""Wrong: a report asks for the orders of five users at a time."""

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
        cinco = asyncio.Semaphore(5)

        async def traer(usuario):
            async with cinco:
                return {"usuario": usuario["nombre"], "pedidos": await obtener_pedidos(usuario["id"])}

        return {"reportes": await asyncio.gather(*map(traer, await obtener_usuarios()))}

    return app
