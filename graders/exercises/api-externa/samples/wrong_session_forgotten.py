"""Wrong: nobody closes aiohttp's session; it closes by itself when it is thrown away."""

import asyncio

import aiohttp


async def obtener_datos(urls):
    sesion = aiohttp.ClientSession(raise_for_status=True)

    async def pedir(url):
        async with sesion.get(url) as respuesta:
            return await respuesta.json()

    return await asyncio.gather(*map(pedir, urls))
