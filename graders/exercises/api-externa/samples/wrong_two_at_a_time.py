"""Wrong: a semaphore lets only two through."""

import asyncio

import httpx


async def obtener_datos(urls):
    puerta = asyncio.Semaphore(2)
    async with httpx.AsyncClient() as client:

        async def uno(url):
            async with puerta:
                return (await client.get(url)).raise_for_status().json()

        return await asyncio.gather(*[uno(url) for url in urls])
