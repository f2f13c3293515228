"""Right, though long: every way out closes by itself, also on a cancellation."""

import asyncio

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        db = await abrir()
        try:
            yield db
        except BaseException:
            await asyncio.shield(cerrar(db))
            raise
        else:
            await cerrar(db)

    @app.get("/usuarios")
    async def listar_usuarios(db=Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
