import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    work = asyncio.create_task(operacion())
    clock = asyncio.create_task(asyncio.sleep(segundos))
    await asyncio.wait({work, clock}, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        return work.result()
    work.cancel()
    return TOO_LATE
