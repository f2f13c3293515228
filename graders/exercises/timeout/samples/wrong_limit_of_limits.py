"""Wrong: no limit is longer than an hour."""

import asyncio


async def con_timeout(operacion, segundos):
    try:
        async with asyncio.timeout(min(segundos, 3600)):
            return await operacion()
    except TimeoutError:
        return "Operación cancelada por timeout"
