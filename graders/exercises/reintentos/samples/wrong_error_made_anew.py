"""Wrong: an error of its own at the end."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for quedan in range(intentos - 1, -1, -1):
        try:
            return await operacion()
        except ConnectionError as error:
            texto = str(error)
        if quedan:
            await esperar(espera)
            espera *= 2
    raise ConnectionError(texto)
