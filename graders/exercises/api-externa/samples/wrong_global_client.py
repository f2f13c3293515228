"""Wrong: a client for the whole module, open for ever."""

import asyncio

import httpx

client = httpx.AsyncClient()


async def obtener_datos(urls):
    respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    return [respuesta.raise_for_status().json() for respuesta in respuestas]
