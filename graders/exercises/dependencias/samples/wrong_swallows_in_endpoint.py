"""Wrong: the endpoint answers an empty list when the query fails."""

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        sesion = await abrir()
        try:
            yield sesion
        finally:
            await cerrar(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        try:
            usuarios = await consultar(db)
        except Exception:
            usuarios = []
        return {"usuarios": usuarios, "db": db}

    return app
