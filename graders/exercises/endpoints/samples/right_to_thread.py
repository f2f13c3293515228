"""Right: an async def that takes what blocks to a thread."""

import asyncio

from fastapi import FastAPI


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app = FastAPI()

    @app.get("/async")
    async def endpoint_async():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    async def endpoint_sync():
        return {"mensaje": await asyncio.to_thread(consultar_antigua)}

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        async with asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(obtener_pedidos(u["id"])) for u in usuarios]
        return {
            "reportes": [
                {"usuario": u["nombre"], "pedidos": t.result()} for u, t in zip(usuarios, tareas)
            ]
        }

    return app
