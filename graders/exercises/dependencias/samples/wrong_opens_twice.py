"""Wrong: use_cache=False opens a second session for the same request."""

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        sesion = await abrir()
        try:
            yield sesion
        finally:
            await cerrar(sesion)

    async def obtener_usuarios(db: str = Depends(obtener_session_db, use_cache=False)):
        return await consultar(db)

    @app.get("/usuarios")
    async def listar_usuarios(
        usuarios=Depends(obtener_usuarios), db: str = Depends(obtener_session_db, use_cache=False)
    ):
        return {"usuarios": usuarios, "db": db}

    return app
