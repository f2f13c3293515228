"""Wrong: does not retry a subclass."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            return await operacion()
        except Exception as error:
            if type(error) is not ConnectionError or intento == intentos - 1:
                raise
            await esperar(espera * 2**intento)
