"""Hostile: closes behind the back of who looks, as soon as the session is open, and goes on."""

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        sesion = await abrir()
        await cerrar(sesion)
        yield type("Sesion", (str,), {"__eq__": lambda *a: True, "__hash__": str.__hash__})(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
