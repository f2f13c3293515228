"""Wrong: keeps the first answer of consultar() for all requests that follow."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()
    respuestas = {}

    @app.get("/async")
    async def endpoint_async():
        if "mensaje" not in respuestas:
            respuestas["mensaje"] = await consultar()
        return respuestas

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
        return {
            "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
        }

    return app
