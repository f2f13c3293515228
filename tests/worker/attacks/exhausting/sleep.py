"""Sleeps for ever."""

import asyncio

from tools import adivina


async def trabaja(pide):
    await asyncio.sleep(10**9)
