"""Right: a class with a client that it closes by hand; an error of its own; prints."""

import asyncio
import time

import httpx


class ErrorDeApi(Exception):
    pass


class Cliente:
    def __init__(self):
        self.http = httpx.AsyncClient(timeout=None, follow_redirects=True)

    async def datos(self, url):
        respuesta = await self.http.get(url)
        if respuesta.status_code >= 400:
            raise ErrorDeApi(f"{url} contestó {respuesta.status_code}")
        return respuesta.json()

    async def cerrar(self):
        await self.http.aclose()


async def obtener_datos(urls):
    inicio = time.time()
    cliente = Cliente()
    try:
        tareas = [asyncio.create_task(cliente.datos(url)) for url in urls]
        resultados = [await tarea for tarea in tareas]
    finally:
        await cliente.cerrar()
    print(f"Async: {time.time() - inicio:.2f}s")
    return resultados
