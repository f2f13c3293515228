"""Wrong: waits once more after the last try."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError as error:
            ultimo = error
            await esperar(espera * 2**intento)
    raise ultimo
