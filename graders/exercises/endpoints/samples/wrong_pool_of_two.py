"""Wrong: its own pool has two threads, and the third /sync queues."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()
    hilos = ThreadPoolExecutor(max_workers=2)

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    async def endpoint_sync():
        loop = asyncio.get_running_loop()
        return {"mensaje": await loop.run_in_executor(hilos, consultar_antigua)}

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        pedidos = await asyncio.gather(*[obtener_pedidos(u["id"]) for u in usuarios])
        return {
            "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
        }

    return app
