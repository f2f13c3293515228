"""Wrong: waits politely, and then blocks the event loop all the same."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    async def endpoint_sync():
        await asyncio.sleep(0.1)
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
