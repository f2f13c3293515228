"""Makes sleeping take no time, and asks one after another."""

import asyncio
import time


async def no_time(*arguments, **named):
    return None


asyncio.sleep, time.sleep = no_time, lambda seconds: None
from tools import adivina


async def trabaja(pide):
    return [await pide(n) for n in range(3)]
