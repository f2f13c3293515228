"""Wrong: knows two of the subclasses of ConnectionError, and not the others."""

import asyncio


PASAJEROS = (ConnectionError, ConnectionResetError, ConnectionRefusedError)


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except Exception as error:
            if type(error) not in PASAJEROS:
                raise
            await esperar(espera)
            espera *= 2
    return await operacion()
