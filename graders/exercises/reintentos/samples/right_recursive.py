"""Right: calls itself with one try less and twice the wait."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    try:
        return await operacion()
    except ConnectionError:
        if intentos == 1:
            raise
    await esperar(segundos=espera)
    return await reintentar(operacion, intentos - 1, espera + espera, esperar)
