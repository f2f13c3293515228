import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    try:
        async with asyncio.timeout(segundos):
            return await operacion()
    except TimeoutError:
        return TOO_LATE
