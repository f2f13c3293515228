"""Wrong: aiohttp, as its first example shows it, inside a loop."""

import aiohttp


async def obtener_datos(urls):
    datos = []
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        for url in urls:
            async with session.get(url) as respuesta:
                datos.append(await respuesta.json())
    return datos
