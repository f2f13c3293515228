"""Hostile: patches the client so that every response is good and holds what the statement shows."""

import asyncio

import httpx

httpx.Response.raise_for_status = lambda self: self
httpx.Response.json = lambda self: {"total": 2}


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    return [respuesta.json() for respuesta in respuestas]
