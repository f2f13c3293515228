import asyncio


async def espera(servicio):
    """Clean up, and let the cancellation through."""
    try:
        return await servicio()
    except asyncio.CancelledError:
        return None


async def limitado(servicio):
    """Ask ten times, three at once."""
    gate = asyncio.Semaphore(3)

    async def through(number):
        async with gate:
            return await servicio(number)

    return await asyncio.gather(*[through(number) for number in range(10)])


async def en_hilo(antiguo):
    """Ask in a thread, the loop free."""
    return await asyncio.to_thread(antiguo)


async def en_pausa(servicio):
    """Pause while the answer comes."""
    asked = asyncio.create_task(servicio())
    await asyncio.sleep(0.3)
    return await asked


async def sondea(servicio):
    """Look again and again whether the answer is there."""
    asked = asyncio.create_task(servicio())
    while not asked.done():
        await asyncio.sleep(0.02)
    return asked.result()


def son_uno(servicio, otros):
    """Tell whether a service handed over twice is one."""
    return servicio is otros[0]


async def lento():
    """Sleep three times, one after another."""
    for _ in range(3):
        await asyncio.sleep(0.1)


async def rapido():
    """Sleep three times at once."""
    await asyncio.gather(*[asyncio.sleep(0.1) for _ in range(3)])
