import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    task = asyncio.create_task(operacion())
    await asyncio.sleep(segundos)
    if task.done():
        return task.result()
    task.cancel()
    return TOO_LATE
