"""Asks a service for ever."""

import asyncio

from tools import adivina


async def trabaja(pide):
    while True:
        asyncio.ensure_future(pide(0))
        await asyncio.sleep(0)
