"""Wrong: a time.sleep in an async def, as if it took a while."""

import asyncio
import time

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        time.sleep(0.2)
        return {"mensaje": await consultar()}

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": consultar_antigua()}

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        tareas = [obtener_pedidos(usuario["id"]) for usuario in usuarios]
        pedidos = await asyncio.gather(*tareas)
        reportes = []
        for usuario, suyos in zip(usuarios, pedidos):
            reportes.append({"usuario": usuario["nombre"], "pedidos": suyos})
        return {"reportes": reportes}

    return app
