"""Wrong: after a first failure of the network it tries again whatever happens."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    merecen = ConnectionError
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except merecen:
            merecen = Exception
            await esperar(espera)
            espera *= 2
    return await operacion()
