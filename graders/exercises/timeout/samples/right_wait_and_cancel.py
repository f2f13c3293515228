import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    task = asyncio.create_task(operacion())
    done, _ = await asyncio.wait({task}, timeout=segundos)
    if done:
        return task.result()
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    return TOO_LATE
