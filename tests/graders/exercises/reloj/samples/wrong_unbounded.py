import asyncio


async def espera(servicio):
    """Clean up, and let the cancellation through."""
    try:
        return await servicio()
    finally:
        await asyncio.sleep(0)


async def limitado(servicio):
    """Ask ten times, three at once."""
    gate = asyncio.Semaphore(9)

    async def through(number):
        async with gate:
            return await servicio(number)

    return await asyncio.gather(*[through(number) for number in range(10)])


async def lento():
    """Sleep three times, one after another."""
    for _ in range(3):
        await asyncio.sleep(0.1)


async def rapido():
    """Sleep three times at once."""
    await asyncio.gather(*[asyncio.sleep(0.1) for _ in range(3)])
