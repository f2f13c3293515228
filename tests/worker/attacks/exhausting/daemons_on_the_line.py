"""Ends itself, while a daemon keeps its connection and output open."""

import os
import time

from tools import adivina


async def trabaja(pide):
    if os.fork() == 0:
        os.setsid()
        while True:
            time.sleep(0.05)
    os._exit(0)
