"""Wrong: takes a rest of its own after each failure, in the event loop."""

import asyncio
import time


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    """Do the operation, again and again if the connection fails, up to that many times."""
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except ConnectionError:
            time.sleep(0.2)
            await esperar(espera)
            espera *= 2
    return await operacion()
