"""Right: a router, models with types, and run_in_threadpool; imports as large programs have them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel


class Mensaje(BaseModel):
    mensaje: str


class Reporte(BaseModel):
    usuario: str
    pedidos: list[dict[str, Any]]


class Reportes(BaseModel):
    reportes: list[Reporte]


def crear_app(
    consultar: Callable[[], Awaitable[str]],
    consultar_antigua: Callable[[], str],
    obtener_usuarios: Callable[[], Awaitable[list[dict[str, Any]]]],
    obtener_pedidos: Callable[[int], Awaitable[list[dict[str, Any]]]],
) -> FastAPI:
    router = APIRouter(tags=["clase"])

    async def uno(usuario: dict[str, Any]) -> Reporte:
        pedidos = await obtener_pedidos(usuario["id"])
        return Reporte(usuario=usuario["nombre"], pedidos=pedidos)

    @router.get("/async")
    async def endpoint_async() -> Mensaje:
        return Mensaje(mensaje=await consultar())

    @router.get("/sync", response_model=Mensaje)
    async def endpoint_sync():
        return {"mensaje": await run_in_threadpool(consultar_antigua)}

    @router.get("/reporte")
    async def reporte() -> Reportes:
        tareas = [asyncio.create_task(uno(usuario)) for usuario in await obtener_usuarios()]
        if tareas:
            await asyncio.wait(tareas)
        return Reportes(reportes=[tarea.result() for tarea in tareas])

    app = FastAPI(title="Reportes")
    app.include_router(router)
    return app
