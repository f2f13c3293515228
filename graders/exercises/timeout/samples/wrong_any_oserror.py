"""Takes the errors of a network for the end of time."""

import asyncio


async def con_timeout(operacion, segundos):
    try:
        async with asyncio.timeout(segundos):
            return await operacion()
    except OSError:
        return "Operación cancelada por timeout"
