"""Right in everything that services on the network and in files can look at."""

import asyncio
import urllib.request
from pathlib import Path


async def con_httpx(urls):
    import httpx

    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(*[client.get(url) for url in urls], return_exceptions=True)
    return [a.json() if hasattr(a, "json") else type(a).__name__ for a in answers]


async def con_aiohttp(urls):
    import aiohttp

    async def one(client, url):
        async with client.get(url) as answer:
            return await answer.json()

    async with aiohttp.ClientSession() as client:
        return await asyncio.gather(*[one(client, url) for url in urls])


async def con_hilos(urls):
    def one(url):
        with urllib.request.urlopen(url) as answer:  # noqa: S310  as students write it
            return answer.read().decode()

    return await asyncio.gather(*[asyncio.to_thread(one, url) for url in urls])


def con_requests(urls):
    import requests

    with requests.Session() as session:
        return [session.get(url).status_code for url in urls]


async def con_limite(url, seconds):
    import httpx

    async with httpx.AsyncClient() as client:
        try:
            async with asyncio.timeout(seconds):
                return (await client.get(url)).text
        except TimeoutError:
            return "tarde"


async def enviar(url, data):
    import httpx

    async with httpx.AsyncClient() as client:
        answer = await client.post(url, json=data, headers={"x-clave": "7"})
    return answer.status_code, answer.headers["x-visto"]


async def leer_archivos(rutas):
    import aiofiles

    async def one(ruta):
        async with aiofiles.open(ruta, encoding="utf-8") as file:
            return await file.read()

    return await asyncio.gather(*[one(ruta) for ruta in rutas])


def leer_dos_veces(ruta):
    return [Path(ruta).read_text("utf-8"), Path(ruta).read_text("utf-8")]


def existe(ruta):
    return Path(ruta).read_bytes()


async def leer_tarde(rutas):
    abiertos = await asyncio.gather(*[asyncio.to_thread(open, r, encoding="utf-8") for r in rutas])
    textos = [await asyncio.to_thread(abierto.read) for abierto in abiertos]
    otra_vez = [await asyncio.to_thread(abierto.read) for abierto in abiertos]
    return [textos, otra_vez]


def leer_sin_cerrar(ruta):
    with Path(ruta).open(encoding="utf-8") as primero:
        texto = primero.read()
        with Path(ruta).open(encoding="utf-8") as segundo:
            return [texto, segundo.read(), primero.read()]
