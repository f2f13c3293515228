"""Wrong: the wait goes on when the coroutine is cancelled."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except ConnectionError:
            await asyncio.shield(esperar(espera))
            espera *= 2
    return await operacion()
