"""Wrong: raises the first error, not the last."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    primero = None
    for intento in range(intentos):
        try:
            return await operacion()
        except ConnectionError as error:
            primero = primero or error
        if intento < intentos - 1:
            await esperar(espera * 2**intento)
    raise primero
