"""Wrong: a dictionary instead of a list."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        respuestas = await asyncio.gather(*[client.get(url) for url in urls])
    return {url: r.raise_for_status().json() for url, r in zip(urls, respuestas)}
