"""Right: counts by hand and is woken by a condition."""

import asyncio


async def con_limite(n, tareas):
    dentro = 0
    puerta = asyncio.Condition()

    async def una(corrutina):
        nonlocal dentro
        async with puerta:
            await puerta.wait_for(lambda: dentro < n)
            dentro += 1
        try:
            return await corrutina
        finally:
            async with puerta:
                dentro -= 1
                puerta.notify()

    return await asyncio.gather(*[una(tarea()) for tarea in tareas])
