"""Right: cleans up on cancellation, and raises it again."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    quedan = intentos
    while True:
        quedan -= 1
        try:
            return await operacion()
        except asyncio.CancelledError:
            print("me cancelan")
            raise
        except Exception as error:
            if not isinstance(error, ConnectionError) or quedan == 0:
                raise
        await esperar(espera)
        espera *= 2
