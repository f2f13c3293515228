"""Wrong: the data as they come."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        pendientes = [client.get(url) for url in urls]
        respuestas = [await siguiente for siguiente in asyncio.as_completed(pendientes)]
    return [respuesta.raise_for_status().json() for respuesta in respuestas]
