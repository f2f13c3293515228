"""Right, if odd: every endpoint with def, in threads that run coroutines with asyncio.run."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    async def reunir():
        usuarios = await obtener_usuarios()
        pedidos = await asyncio.gather(*(obtener_pedidos(u["id"]) for u in usuarios))
        return [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]

    @app.get("/async")
    def endpoint_async():
        return {"mensaje": asyncio.run(consultar())}

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    def reporte():
        return {"reportes": asyncio.run(reunir())}

    return app
