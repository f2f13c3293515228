"""Wrong: the parameter has no Depends, and FastAPI looks for it in the URL."""

from fastapi import FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        sesion = await abrir()
        try:
            yield sesion
        finally:
            await cerrar(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(db: str):
        return {"usuarios": await consultar(db), "db": db}

    return app
