"""Right: the application lives in the module, and the queries in its state; it prints, too."""

import asyncio

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

app = FastAPI()


@app.get("/async")
async def endpoint_async(request: Request):
    print("async")
    await asyncio.sleep(0.3)
    return JSONResponse({"mensaje": await request.app.state.consultar()})


@app.get("/sync")
def endpoint_sync(request: Request):
    print("sync")
    mensaje = request.app.state.consultar_antigua()
    return {"mensaje": mensaje}


@app.get("/reporte")
async def reporte(request: Request):
    print("reporte")
    usuarios = await request.app.state.obtener_usuarios()
    pedidos = {}

    async def guardar(usuario):
        pedidos[usuario["id"]] = await request.app.state.obtener_pedidos(usuario_id=usuario["id"])

    for hecho in asyncio.as_completed([guardar(usuario) for usuario in usuarios]):
        await hecho
    reportes = [{"pedidos": pedidos[u["id"]], "usuario": u["nombre"]} for u in usuarios]
    return {"reportes": reportes}


def crear_app(consultar, consultar_antigua, obtener_usuarios, obtener_pedidos):
    app.state.consultar = consultar
    app.state.consultar_antigua = consultar_antigua
    app.state.obtener_usuarios = obtener_usuarios
    app.state.obtener_pedidos = obtener_pedidos
    return app
