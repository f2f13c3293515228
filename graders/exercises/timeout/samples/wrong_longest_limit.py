"""Wrong: the longest limit of all calls."""

import asyncio


LIMITES = []


async def con_timeout(operacion, segundos):
    LIMITES.append(segundos)
    try:
        return await asyncio.wait_for(operacion(), max(LIMITES))
    except TimeoutError:
        return "Operación cancelada por timeout"
