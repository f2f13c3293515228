"""Wrong: a lock lets one request through at a time."""

import asyncio

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()
    turno = asyncio.Lock()

    async def obtener_session_db():
        async with turno:
            sesion = await abrir()
            try:
                yield sesion
            finally:
                await cerrar(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
