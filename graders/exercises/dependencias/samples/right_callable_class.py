"""Right: a class whose instances are the dependency, a router, and models with types."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel

Abrir = Callable[[], Awaitable[str]]


class Respuesta(BaseModel):
    usuarios: list[str]
    db: str


class SesionDb:
    def __init__(self, abrir: Abrir, cerrar: Callable[[str], Awaitable[None]]) -> None:
        self.abrir, self.cerrar = abrir, cerrar

    async def __call__(self) -> AsyncIterator[str]:
        sesion = await self.abrir()
        try:
            yield sesion
        finally:
            await self.cerrar(sesion)


def crear_app(
    abrir: Abrir,
    cerrar: Callable[[str], Awaitable[None]],
    consultar: Callable[[str], Awaitable[list[str]]],
) -> FastAPI:
    router = APIRouter(tags=["usuarios"])
    obtener_session_db = SesionDb(abrir, cerrar)

    @router.get("/usuarios")
    async def listar_usuarios(db: Annotated[str, Depends(obtener_session_db)]) -> Respuesta:
        return Respuesta(usuarios=await consultar(db), db=db)

    app = FastAPI(title="Usuarios")
    app.include_router(router)
    return app
