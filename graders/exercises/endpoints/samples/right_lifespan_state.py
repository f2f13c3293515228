"""Right: threads that the lifespan starts, and hands to the requests in their state."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI, Request


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    @contextlib.asynccontextmanager
    async def con_hilos(app):
        with ThreadPoolExecutor(40) as hilos:
            yield {"hilos": hilos}

    app = FastAPI(lifespan=con_hilos)

    @app.get("/async")
    async def nueva():
        return {"mensaje": await consultar()}

    @app.get("/sync")
    async def antigua(request: Request):
        bucle = asyncio.get_running_loop()
        return {"mensaje": await bucle.run_in_executor(request.state.hilos, consultar_antigua)}

    @app.get("/reporte")
    async def reporte():
        usuarios = await obtener_usuarios()
        async with asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(obtener_pedidos(usuario["id"])) for usuario in usuarios]
        return {
            "reportes": [
                {"usuario": usuario["nombre"], "pedidos": tarea.result()}
                for usuario, tarea in zip(usuarios, tareas)
            ]
        }

    return app
