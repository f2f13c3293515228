"""Wrong: one lock for all requests of /reporte, so that the second waits for the first."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()
    turno = asyncio.Lock()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    async def reporte():
        async with turno:
            usuarios = await obtener_usuarios()
            pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
        return {
            "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
        }

    return app
