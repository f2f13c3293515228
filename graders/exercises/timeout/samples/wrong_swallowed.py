import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    try:
        return await asyncio.wait_for(operacion(), segundos)
    except Exception:
        return TOO_LATE
