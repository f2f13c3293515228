"""Reference solution of the exercise reintentos."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    """Do the operation, again and again if the connection fails, up to that many times."""
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except ConnectionError:
            await esperar(espera)
            espera *= 2
    return await operacion()
