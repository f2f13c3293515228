"""Wrong: waits with asyncio.sleep instead of what it was given."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError:
            if intento == intentos - 1:
                raise
            await asyncio.sleep(espera * 2**intento)
