"""Reference solution of the exercise dependencias."""

from typing import Annotated

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    """Return the application; each of its requests has a session of its own."""
    app = FastAPI()

    async def obtener_session_db():
        sesion = await abrir()
        try:
            yield sesion
        finally:
            await cerrar(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(db: Annotated[str, Depends(obtener_session_db)]):
        return {"usuarios": await consultar(db), "db": db}

    return app
