"""Wrong: the endpoint closes what the dependency opened."""

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        yield await abrir()

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        try:
            return {"usuarios": await consultar(db), "db": db}
        finally:
            await cerrar(db)

    return app
