"""Right: watches for the client to leave, and cancels the query then."""

import asyncio
from fastapi import Depends, FastAPI, HTTPException, Request

def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        sesion = await abrir()
        try:
            yield sesion
        finally:
            await cerrar(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(request: Request, db: str = Depends(obtener_session_db)):
        tarea = asyncio.create_task(consultar(db))
        try:
            while not tarea.done():
                await asyncio.wait([tarea], timeout=0.05)
                if not tarea.done() and await request.is_disconnected():
                    raise HTTPException(499)
            return {"usuarios": tarea.result(), "db": db}
        finally:
            tarea.cancel()
    return app
