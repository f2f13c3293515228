"""Wrong: requests inside a coroutine, one after another."""

import requests


async def obtener_datos(urls):
    datos = []
    for url in urls:
        respuesta = requests.get(url)
        respuesta.raise_for_status()
        datos.append(respuesta.json())
    return datos
