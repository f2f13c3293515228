import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    while True:
        pass
