"""Wrong: gather around coroutines that block."""

import asyncio

import requests


async def uno(url):
    respuesta = requests.get(url)
    respuesta.raise_for_status()
    return respuesta.json()


async def obtener_datos(urls):
    return await asyncio.gather(*[uno(url) for url in urls])
