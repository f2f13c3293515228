"""Wrong: only ten requests have a session at the same time; the others wait."""

import asyncio

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()
    diez = asyncio.Semaphore(10)

    async def obtener_session_db():
        async with diez:
            sesion = await abrir()
            try:
                yield sesion
            finally:
                await cerrar(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
