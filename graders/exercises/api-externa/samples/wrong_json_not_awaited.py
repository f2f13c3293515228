"""Wrong: aiohttp's json() is a coroutine, and nobody awaits it."""

import asyncio

import aiohttp


async def obtener_datos(urls):
    async with aiohttp.ClientSession() as session:
        respuestas = await asyncio.gather(*[session.get(url) for url in urls])
        return [respuesta.json() for respuesta in respuestas]
