import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    try:
        return await asyncio.wait_for(asyncio.shield(operacion()), segundos)
    except TimeoutError:
        return TOO_LATE
