"""Wrong: asks the old query once, when the application is made."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    mensaje = consultar_antigua()

    @app.get("/sync")
    def endpoint_sync():
        return {"mensaje": mensaje}

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
