"""Right: requests, in threads of asyncio's."""

import asyncio

import requests


def pedir(url):
    respuesta = requests.get(url, timeout=30)
    respuesta.raise_for_status()
    return respuesta.json()


async def obtener_datos(urls):
    return await asyncio.gather(*[asyncio.to_thread(pedir, url) for url in urls])
