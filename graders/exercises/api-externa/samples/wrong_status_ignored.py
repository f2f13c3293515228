"""Wrong: as in the class, whatever the status is."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    return [respuesta.json() for respuesta in respuestas]
