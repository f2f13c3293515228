"""Takes an empty result for none."""

import asyncio


async def con_timeout(operacion, segundos):
    try:
        resultado = await asyncio.wait_for(operacion(), timeout=segundos)
    except TimeoutError:
        resultado = None
    return resultado or "Operación cancelada por timeout"
