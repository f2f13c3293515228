import requests


async def obtener_datos(urls):
    """Pide todas las URL a la vez y devuelve sus datos, en el mismo orden."""
    datos = []
    for url in urls:
        # requests es síncrono: mientras espera una respuesta, nadie más avanza.
        # Cámbialo por un cliente asíncrono: httpx.AsyncClient o aiohttp.ClientSession.
        respuesta = requests.get(url)
        datos.append(respuesta.json())
    return datos
