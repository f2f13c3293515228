"""Right: anyio's sleep by default."""

import anyio


async def reintentar(operacion, intentos, espera, esperar=anyio.sleep):
    siguiente = espera
    for _ in range(intentos - 1):
        try:
            return await operacion()
        except ConnectionError:
            pass
        await esperar(siguiente)
        siguiente = siguiente * 2
    return await operacion()
