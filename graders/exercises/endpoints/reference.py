"""Reference solution of the exercise endpoints."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    """Return the application with its three endpoints."""
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        pedidos = await asyncio.gather(*[obtener_pedidos(usuario["id"]) for usuario in usuarios])
        return {
            "reportes": [
                {"usuario": usuario["nombre"], "pedidos": suyos}
                for usuario, suyos in zip(usuarios, pedidos, strict=True)
            ]
        }

    return app
