"""Right: a for loop that raises in the last round."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError:
            if intento == intentos - 1:
                raise
            await esperar(espera * 2**intento)
