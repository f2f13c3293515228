"""Right: the context manager of the exercise before, an await that takes a while, middleware."""

import asyncio

from fastapi import Depends, FastAPI


class Conexion:
    def __init__(self, abrir, cerrar):
        self._abrir, self._cerrar = abrir, cerrar

    async def __aenter__(self):
        self.sesion = await self._abrir()
        return self.sesion

    async def __aexit__(self, tipo, error, traza):
        await self._cerrar(self.sesion)


async def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        async with Conexion(abrir, cerrar) as sesion:
            await asyncio.sleep(0.1)
            yield sesion

    @app.middleware("http")
    async def apuntar(request, call_next):
        respuesta = await call_next(request)
        respuesta.headers["x-visto"] = request.url.path
        return respuesta

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        await asyncio.sleep(0.02)
        return {"usuarios": await asyncio.wait_for(consultar(db), 30), "db": db}

    return app
