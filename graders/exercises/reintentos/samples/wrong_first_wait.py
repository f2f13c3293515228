"""Wrong: counts from 1, so that the first wait is doubled already."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(1, intentos + 1):
        try:
            return await operacion()
        except ConnectionError:
            if intento == intentos:
                raise
            await esperar(espera * 2**intento)
