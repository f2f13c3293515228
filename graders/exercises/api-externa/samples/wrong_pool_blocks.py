"""Wrong: threads, but the event loop stands still until they are done."""

from concurrent.futures import ThreadPoolExecutor

import requests


def pedir(url):
    respuesta = requests.get(url)
    respuesta.raise_for_status()
    return respuesta.json()


async def obtener_datos(urls):
    with ThreadPoolExecutor(max_workers=10) as hilos:
        return list(hilos.map(pedir, urls))
