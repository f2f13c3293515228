"""Wrong: closes in a task that nobody awaits."""

import asyncio

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        sesion = await abrir()
        try:
            yield sesion
        finally:
            asyncio.create_task(cerrar(sesion))

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
