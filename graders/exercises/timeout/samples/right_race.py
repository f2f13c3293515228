import asyncio

TOO_LATE = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    work = asyncio.create_task(operacion())
    clock = asyncio.create_task(asyncio.sleep(segundos))
    await asyncio.wait({work, clock}, return_when=asyncio.FIRST_COMPLETED)
    loser = clock if work.done() else work
    loser.cancel()
    await asyncio.gather(loser, return_exceptions=True)
    return work.result() if loser is clock else TOO_LATE
