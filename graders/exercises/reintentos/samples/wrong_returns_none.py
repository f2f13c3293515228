"""Wrong: after the last try it returns None."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError:
            if intento < intentos - 1:
                await esperar(espera * 2**intento)
