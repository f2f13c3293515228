"""Wrong: the session of the latest request is the session of all."""

from fastapi import Depends, FastAPI

actual = None


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        global actual
        actual = await abrir()
        try:
            yield actual
        finally:
            await cerrar(actual)

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
