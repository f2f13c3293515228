"""Wrong: nobody closes the client."""

import asyncio

import httpx


async def obtener_datos(urls):
    client = httpx.AsyncClient()
    respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    return [respuesta.raise_for_status().json() for respuesta in respuestas]
