"""Right: the application and the services are global, and what is slow is in the finally."""

import asyncio

from fastapi import Depends, FastAPI

servicios = {}
app = FastAPI()


async def obtener_session_db():
    db = None
    try:
        db = await servicios["abrir"]()
        yield db
    finally:
        await asyncio.sleep(0.3)
        if db is not None:
            await servicios["cerrar"](sesion=db)


@app.get("/usuarios")
async def listar_usuarios(db: str = Depends(obtener_session_db)):
    usuarios = await servicios["consultar"](sesion=db)
    return {"usuarios": usuarios, "db": db}


def crear_app(abrir, cerrar, consultar):
    servicios.update(abrir=abrir, cerrar=cerrar, consultar=consultar)
    return app
