"""Right: dependencies of dependencies, and the same session asked for twice."""

from typing import Annotated

from fastapi import Depends, FastAPI


class Repositorio:
    def __init__(self, sesion, consultar):
        self.sesion, self.consultar = sesion, consultar

    async def usuarios(self):
        return await self.consultar(self.sesion)


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db():
        db = await abrir()
        try:
            yield db
        finally:
            await cerrar(db)

    async def obtener_repositorio(db: str = Depends(obtener_session_db)):
        yield Repositorio(db, consultar)

    async def obtener_usuarios(repo: Annotated[Repositorio, Depends(obtener_repositorio)]):
        return await repo.usuarios()

    @app.get("/usuarios")
    async def listar_usuarios(
        usuarios: Annotated[list, Depends(obtener_usuarios)],
        db: Annotated[str, Depends(obtener_session_db)],
    ):
        return {"db": db, "usuarios": usuarios}

    return app
