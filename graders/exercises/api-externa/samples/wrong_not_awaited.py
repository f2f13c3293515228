"""Wrong: gather is not awaited."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = asyncio.gather(*[client.get(url) for url in urls])
    return [respuesta.json() for respuesta in respuestas]
