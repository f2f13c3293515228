"""Hostile: asks for everything at once and throws it away, then one after another."""

import asyncio

import httpx


async def obtener_datos(urls):
    async with httpx.AsyncClient() as client:
        await asyncio.gather(*[client.get(url) for url in urls])
        return [(await client.get(url)).raise_for_status().json() for url in urls]
