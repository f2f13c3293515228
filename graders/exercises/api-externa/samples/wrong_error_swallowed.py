"""Wrong: an error becomes None in its place."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:

        async def uno(url):
            try:
                respuesta = await client.get(url)
                respuesta.raise_for_status()
                return respuesta.json()
            except httpx.HTTPError as error:
                print("error:", error)
                return None

        return await asyncio.gather(*[uno(url) for url in urls])
