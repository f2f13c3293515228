"""Keeps what a service once answered, and asks no more."""

import asyncio
import os

from tools import adivina


async def trabaja(pide):
    if os.path.exists("/w/answers"):
        return open("/w/answers").read().split()
    first = await pide(0)
    open("/w/answers", "w").write(first)
    return [first] * 3
