"""Wrong: never waits for more than an hour, which nobody asked for."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError:
            if intento == intentos - 1:
                raise
            await esperar(min(3600, espera * 2**intento))
