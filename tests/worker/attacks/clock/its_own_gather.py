"""Replaces gather by something that waits for one after another."""

import asyncio


async def gather(*coroutines):
    return [await coroutine for coroutine in coroutines]


asyncio.gather = gather
from tools import adivina, trabaja
