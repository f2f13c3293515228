"""Wrong: takes the query to a thread, but sleeps in the event loop first."""

import asyncio
import time

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    async def endpoint_sync():
        time.sleep(0.3)
        return {"mensaje": await asyncio.to_thread(consultar_antigua)}

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
        return {
            "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
        }

    return app
