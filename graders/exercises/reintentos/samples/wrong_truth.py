"""Wrong: takes 0 and None for failures."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for intento in range(intentos):
        try:
            resultado = await operacion()
            if resultado:
                return resultado
        except ConnectionError:
            if intento == intentos - 1:
                raise
        await esperar(espera * 2**intento)
