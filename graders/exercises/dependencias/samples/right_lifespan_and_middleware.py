"""Right: the lifespan keeps the open sessions, and a middleware writes down who asked for what."""

import contextlib

from fastapi import Depends, FastAPI, Request


def crear_app(abrir, cerrar, consultar):
    @contextlib.asynccontextmanager
    async def ciclo_de_vida(app):
        app.state.abiertas = []
        yield {"registro": []}
        assert app.state.abiertas == []

    app = FastAPI(lifespan=ciclo_de_vida)

    @app.middleware("http")
    async def apuntar(request: Request, call_next):
        quien = f"{request.client.host}:{request.client.port}"
        request.state.registro.append((quien, request.method, str(request.url)))
        return await call_next(request)

    async def obtener_session_db(request: Request):
        sesion = await abrir()
        request.app.state.abiertas.append(sesion)
        try:
            yield sesion
        finally:
            request.app.state.abiertas.remove(sesion)
            await cerrar(sesion)

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
