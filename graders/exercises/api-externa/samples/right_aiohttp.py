"""Right: aiohttp, a coroutine for each URL, one session."""

import asyncio

import aiohttp


async def obtener_uno(session: aiohttp.ClientSession, url: str) -> dict:
    async with session.get(url) as respuesta:
        respuesta.raise_for_status()
        return await respuesta.json()


async def obtener_datos(urls: list[str]) -> list[dict]:
    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(obtener_uno(session, url) for url in urls))
