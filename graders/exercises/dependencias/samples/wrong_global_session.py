"""Wrong: one session for all, opened when the application is made."""

from fastapi import Depends, FastAPI


async def crear_app(abrir, cerrar, consultar):
    app = FastAPI()
    sesion = await abrir()

    async def obtener_session_db():
        yield sesion

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
