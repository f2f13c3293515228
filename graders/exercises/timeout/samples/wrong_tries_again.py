"""An operation that fails is given another try."""

import asyncio


async def con_timeout(operacion, segundos):
    async def con_suerte():
        try:
            return await operacion()
        except Exception:
            return await operacion()

    try:
        return await asyncio.wait_for(con_suerte(), segundos)
    except TimeoutError:
        return "Operación cancelada por timeout"
