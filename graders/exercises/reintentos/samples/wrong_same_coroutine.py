"""Wrong: makes one coroutine and awaits it again and again."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    corrutina = operacion()
    for intento in range(intentos):
        try:
            return await corrutina
        except ConnectionError:
            if intento == intentos - 1:
                raise
            await esperar(espera * 2**intento)
