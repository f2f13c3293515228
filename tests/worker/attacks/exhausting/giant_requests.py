"""Asks a service with arguments of half a megabyte, many times."""

import asyncio

from tools import adivina


async def trabaja(pide):
    await asyncio.gather(*[pide("x" * 500_000) for _ in range(200)])
    return []
