"""Right: a TaskGroup, and the tasks kept beside their users."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    async with asyncio.TaskGroup() as grupo:
        tareas = [grupo.create_task(obtener_pedidos(u["id"])) for u in usuarios]
    return {
        "reportes": [
            {"usuario": usuarios[i]["nombre"], "pedidos": tareas[i].result()}
            for i in range(len(usuarios))
        ]
    }
