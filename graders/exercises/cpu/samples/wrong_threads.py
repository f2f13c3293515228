"""Wrong: threads wait at once, and do not compute at once."""

import asyncio


async def contar_primos(rangos, contar):
    return await asyncio.gather(*[asyncio.to_thread(contar, *rango) for rango in rangos])
