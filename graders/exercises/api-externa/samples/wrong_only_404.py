"""Wrong: looks for one error status only."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    for respuesta in respuestas:
        if respuesta.status_code == 404:
            raise ValueError("no existe")
    return [respuesta.json() for respuesta in respuestas]
