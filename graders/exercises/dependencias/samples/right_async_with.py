"""Right: async with over an asynccontextmanager, in a dependency."""

from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    @asynccontextmanager
    async def sesion_db():
        print("📂 Abriendo sesión DB...")
        sesion = await abrir()
        try:
            yield sesion
        finally:
            print("📂 Cerrando sesión DB...")
            await cerrar(sesion)

    async def obtener_session_db():
        async with sesion_db() as sesion:
            yield sesion

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        usuarios = await consultar(db)
        return {"usuarios": usuarios, "db": db}

    return app
