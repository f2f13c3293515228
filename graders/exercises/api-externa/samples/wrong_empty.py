"""Wrong: asyncio.wait of nothing."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        tareas = [asyncio.create_task(client.get(url)) for url in urls]
        await asyncio.wait(tareas)
        return [tarea.result().raise_for_status().json() for tarea in tareas]
