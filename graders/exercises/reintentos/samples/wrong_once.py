"""Wrong: as the starter file is, a single try."""

import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    return await operacion()
