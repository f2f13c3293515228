"""Wrong: stands still for a while before it says that time is over."""

import asyncio
import time


async def con_timeout(operacion, segundos):
    try:
        return await asyncio.wait_for(operacion(), segundos)
    except TimeoutError:
        time.sleep(0.3)
        return "Operación cancelada por timeout"
