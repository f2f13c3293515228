from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    """Devuelve una aplicación con /usuarios."""
    app = FastAPI()

    async def obtener_session_db():
        # Abre la sesión antes del yield. ¿Quién la cierra, y qué pasa si el endpoint falla?
        yield "DB_SESSION"

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        # Los usuarios los da consultar(db), que es una corrutina.
        return {"usuarios": [], "db": db}

    return app
