"""Wrong: always waits for the same time."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError:
            if intento == intentos - 1:
                raise
            await esperar(espera)
