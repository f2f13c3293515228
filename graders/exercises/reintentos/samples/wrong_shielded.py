"""Wrong: the try goes on after the cancellation."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await asyncio.shield(operacion())
        except ConnectionError:
            if intento == intentos - 1:
                raise
            await esperar(espera * 2**intento)
