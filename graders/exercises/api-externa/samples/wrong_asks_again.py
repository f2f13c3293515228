"""Wrong: asks again for a URL that answered with an error."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:

        async def pedir(url):
            respuesta = await client.get(url)
            if respuesta.is_error:
                respuesta = await client.get(url)
            return respuesta.raise_for_status().json()

        return await asyncio.gather(*map(pedir, urls))
