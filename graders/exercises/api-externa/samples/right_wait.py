"""Right: asyncio.wait, kept from an empty set."""

import asyncio

import httpx


async def obtener_datos(urls):
    if not urls:
        return []
    async with httpx.AsyncClient() as client:
        tareas = [asyncio.create_task(client.get(url)) for url in urls]
        await asyncio.wait(tareas)
        respuestas = [tarea.result() for tarea in tareas]
    for respuesta in respuestas:
        respuesta.raise_for_status()
    return [respuesta.json() for respuesta in respuestas]
