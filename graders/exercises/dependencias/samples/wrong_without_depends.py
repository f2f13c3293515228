"""Wrong: calls the dependency itself, without Depends."""

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
    async def listar_usuarios():
        db = obtener_session_db()
        return {"usuarios": await consultar(db), "db": str(db)}

    return app
