"""Wrong: asks for the wait and does not await it."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError:
            if intento == intentos - 1:
                raise
            asyncio.ensure_future(esperar(espera * 2**intento))
