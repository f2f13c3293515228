import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    return await asyncio.wait_for(operacion(), segundos)
