"""Wrong: returns the responses, not their data."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    for respuesta in respuestas:
        respuesta.raise_for_status()
    return respuestas
