"""Wrong: returns the session in place of yielding it; nobody closes it."""

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        return await abrir()

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
