import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    task = asyncio.ensure_future(operacion())
    await asyncio.wait([task], timeout=segundos)
    if not task.done():
        task.cancel()
        return TOO_LATE
    return task.result()
