"""Wrong: names CancelledError among what it retries, also around the wait."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except (ConnectionError, asyncio.CancelledError):
            if intento == intentos - 1:
                raise
        try:
            await esperar(espera * 2**intento)
        except asyncio.CancelledError:
            pass
