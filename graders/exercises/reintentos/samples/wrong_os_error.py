"""Wrong: retries every OSError."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except OSError:
            if intento == intentos - 1:
                raise
            await esperar(espera * 2**intento)
