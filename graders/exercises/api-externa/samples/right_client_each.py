"""Right, if wasteful: a client for each request."""

import asyncio

import httpx


async def uno(url):
    async with httpx.AsyncClient() as client:
        r = await client.get(url)
        assert r.status_code == 200, f"{url}: {r.status_code}"
        return r.json()


async def obtener_datos(urls):
    return await asyncio.gather(*map(uno, urls))
