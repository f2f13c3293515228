"""Asks one after another, while a child ticks."""

import os
import time

from tools import adivina


async def trabaja(pide):
    if os.fork() == 0:
        while True:
            time.sleep(0.001)
    return [await pide(n) for n in range(3)]
