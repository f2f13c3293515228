"""Wrong: esperar has to be given."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar):
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except ConnectionError:
            await esperar(espera)
            espera *= 2
    return await operacion()
