"""Wrong: closes in a background task, which is not run if the endpoint fails."""

from fastapi import BackgroundTasks, Depends, FastAPI


def crear_app(abrir, cerrar, consultar):
    app = FastAPI()

    async def obtener_session_db(tareas: BackgroundTasks):
        sesion = await abrir()
        tareas.add_task(cerrar, sesion)
        return sesion

    @app.get("/usuarios")
    async def listar_usuarios(db: str = Depends(obtener_session_db)):
        return {"usuarios": await consultar(db), "db": db}

    return app
