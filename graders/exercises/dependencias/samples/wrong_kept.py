"""Wrong: opens once, at the first request, and keeps the session for all."""

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()
    app.state.db = None

    async def obtener_session_db():
        if app.state.db is None:
            app.state.db = await abrir()
        yield app.state.db

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
