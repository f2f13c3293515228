"""Wrong: an empty list of users is taken for an error."""

from fastapi import Depends, FastAPI, HTTPException


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
        usuarios = await consultar(db)
        if not usuarios:
            raise HTTPException(404)
        return {"usuarios": usuarios, "db": db}

    return app
