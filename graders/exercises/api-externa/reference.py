"""Reference solution of the exercise api-externa."""

import asyncio

import httpx


async def obtener_datos(urls):
    """Ask for every URL at once with one client; return the data in the order of the URLs."""
    async with httpx.AsyncClient() as client:
        responses = await asyncio.gather(*[client.get(url) for url in urls])
    return [response.raise_for_status().json() for response in responses]
