"""Wrong: returns None when it is cancelled."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    try:
        for intento in range(intentos):
            try:
                return await operacion()
            except ConnectionError:
                if intento == intentos - 1:
                    raise
            await esperar(espera * 2**intento)
    except asyncio.CancelledError:
        return None
