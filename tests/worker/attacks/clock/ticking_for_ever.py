"""Asks one after another, and ticks every millisecond, so as never to be found asleep."""

import asyncio

from tools import adivina


async def tick():
    while True:
        await asyncio.sleep(0.001)


async def trabaja(pide):
    ticking = asyncio.ensure_future(tick())
    return [await pide(n) for n in range(3)]
