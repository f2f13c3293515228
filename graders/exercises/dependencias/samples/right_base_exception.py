"""Right, though long: every way out closes by itself; the error becomes a 503 with words."""

import asyncio

from fastapi import Depends, FastAPI, HTTPException


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
        try:
            usuarios = await consultar(db)
        except ValueError as error:
            raise HTTPException(503, "sin base de datos") from error
        return {"usuarios": usuarios, "db": db}

    return app
