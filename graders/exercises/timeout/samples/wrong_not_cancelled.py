import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    task = asyncio.create_task(operacion())
    done, _ = await asyncio.wait({task}, timeout=segundos)
    return task.result() if done else TOO_LATE
