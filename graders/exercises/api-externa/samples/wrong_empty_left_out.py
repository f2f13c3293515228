"""Wrong: leaves out data that are empty."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    datos = [respuesta.raise_for_status().json() for respuesta in respuestas]
    return [uno for uno in datos if uno]
