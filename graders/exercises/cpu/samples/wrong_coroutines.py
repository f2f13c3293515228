"""Wrong: an async def around a computation computes in the loop's thread, one after another."""

import asyncio


async def contar_primos(rangos, contar):
    async def uno(desde, hasta):
        return contar(desde, hasta)

    return await asyncio.gather(*[uno(*rango) for rango in rangos])
