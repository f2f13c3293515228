"""Right: a class of endpoints, dependencies, middleware, an executor and anyio."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import anyio
from fastapi import Depends, FastAPI


class Api:
    def __init__(self, consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
        self.consultar, self.consultar_antigua = consultar, consultar_antigua
        self.obtener_usuarios, self.obtener_pedidos = obtener_usuarios, obtener_pedidos
        self.hilos = ThreadPoolExecutor(4)

    async def mensaje(self):
        return {"mensaje": await self.consultar()}

    async def mensaje_antiguo(self):
        loop = asyncio.get_running_loop()
        return {"mensaje": await loop.run_in_executor(self.hilos, self.consultar_antigua)}

    async def reporte(self):
        usuarios = await self.obtener_usuarios()
        reportes = [{"usuario": usuario["nombre"]} for usuario in usuarios]

        async def completar(reporte, usuario_id):
            reporte["pedidos"] = await self.obtener_pedidos(usuario_id)

        async with anyio.create_task_group() as grupo:
            for reporte, usuario in zip(reportes, usuarios):
                grupo.start_soon(completar, reporte, usuario["id"])
        return {"reportes": reportes}


async def crear_app(*consultas):
    api = Api(*consultas)
    app = FastAPI()
    app.add_api_route("/sync", api.mensaje_antiguo)
    app.add_api_route("/reporte", api.reporte)

    @app.middleware("http")
    async def apuntar(request, call_next):
        respuesta = await call_next(request)
        respuesta.headers["x-visto"] = request.url.path
        return respuesta

    @app.get("/async")
    async def endpoint_async(mensaje: dict = Depends(api.mensaje)):
        return mensaje

    return app
