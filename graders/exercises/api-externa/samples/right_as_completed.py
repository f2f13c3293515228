"""Right: as they come, with their URL, and put in order afterwards; a repeated one asked once."""

import asyncio

import httpx


async def obtener_datos(urls):
    por_url = {}
    async with httpx.AsyncClient() as client:

        async def con_url(url):
            respuesta = await client.get(url)
            respuesta.raise_for_status()
            return url, respuesta.json()

        for siguiente in asyncio.as_completed([con_url(url) for url in set(urls)]):
            url, datos = await siguiente
            por_url[url] = datos
    return [por_url[url] for url in urls]
