"""Wrong: an asynchronous client, awaited inside the loop."""

import httpx


async def obtener_datos(urls):
    datos = []
    async with httpx.AsyncClient() as client:
        for url in urls:
            respuesta = await client.get(url)
            respuesta.raise_for_status()
            datos.append(respuesta.json())
    return datos
