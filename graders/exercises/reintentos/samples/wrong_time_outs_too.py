"""Wrong: tries again after a TimeoutError too."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except (ConnectionError, TimeoutError):
            await esperar(espera)
            espera *= 2
    return await operacion()
