"""Right: an AsyncExitStack, the session in request.state, and the dependency in the decorator."""

import asyncio
from contextlib import AsyncExitStack

from fastapi import Depends, FastAPI, Request


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db(request: Request):
        async with AsyncExitStack() as pila:
            request.state.db = await abrir()
            pila.push_async_callback(cerrar, request.state.db)
            yield

    @app.get("/usuarios", dependencies=[Depends(obtener_session_db)])
    async def listar_usuarios(request: Request):
        async with asyncio.TaskGroup() as grupo:
            tarea = grupo.create_task(consultar(request.state.db))
        return dict(usuarios=tarea.result(), db=request.state.db)

    return app
