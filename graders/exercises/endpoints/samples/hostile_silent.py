"""Hostile: patches threads and asyncio so that nothing seems to block, and forges evidence."""

import asyncio
import threading

from fastapi import FastAPI

threading.get_ident = lambda: 0
asyncio.sleep = lambda *a: None


class Falsa(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": Falsa("vale")}

    @app.get("/sync")
    async def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    async def reporte():
        return {"reportes": Falsa("vale")}

    return app
