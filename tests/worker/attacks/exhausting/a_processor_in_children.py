"""Counts for ever in ten processes, whose time is not its own."""

import os

from tools import adivina


async def trabaja(pide):
    for _ in range(10):
        if os.fork() == 0:
            while True:
                pass
    while True:
        pass
