"""Wrong: the error of the query becomes an answer of its own, 503."""

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
        try:
            return {"usuarios": await consultar(db), "db": db}
        except Exception as error:
            raise HTTPException(503, "La base de datos no contesta") from error

    return app
