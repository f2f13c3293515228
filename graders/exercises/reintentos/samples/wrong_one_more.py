"""Wrong: takes intentos for the number of retries."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError:
            await esperar(espera * 2**intento)
    return await operacion()
