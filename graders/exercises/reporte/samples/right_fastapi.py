"""Right: inside a whole application, as the class has it."""

import asyncio

from fastapi import FastAPI

app = FastAPI()


async def obtener_usuarios_db():
    await asyncio.sleep(0.5)
    return [{"id": 1, "nombre": "Ana"}]


async def obtener_pedidos_db(usuario_id: int):
    await asyncio.sleep(0.3)
    return [{"id": 101, "usuario_id": usuario_id, "total": 50.0}]


@app.get("/reporte")
async def leer_reporte():
    return await reporte(obtener_usuarios_db, obtener_pedidos_db)


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    tareas_pedidos = [obtener_pedidos(usuario["id"]) for usuario in usuarios]
    resultados = await asyncio.gather(*tareas_pedidos)
    reportes = [
        {"usuario": usuarios[i]["nombre"], "pedidos": resultados[i]} for i in range(len(usuarios))
    ]
    return {"reportes": reportes}
