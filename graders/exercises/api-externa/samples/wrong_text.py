"""Wrong: returns the text of each response."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    return [respuesta.raise_for_status().text for respuesta in respuestas]
