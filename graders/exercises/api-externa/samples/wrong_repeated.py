"""Wrong: a dictionary by URL, and its values: a repeated one is there once."""

import asyncio

import httpx


async def obtener_datos(urls):
    datos = {}
    async with httpx.AsyncClient() as client:

        async def uno(url):
            datos[url] = (await client.get(url)).raise_for_status().json()

        await asyncio.gather(*[uno(url) for url in urls])
    return [datos[url] for url in dict.fromkeys(urls)]
