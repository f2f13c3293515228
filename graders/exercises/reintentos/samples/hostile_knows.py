"""Hostile: counts on known numbers, and asks for tries and waits without caring for them."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    for segundos in (0.25, 0.5, 1):
        try:
            await operacion()
        except BaseException:
            pass
        await esperar(segundos)
    raise ConnectionError("comunica")
