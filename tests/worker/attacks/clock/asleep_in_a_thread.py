"""Calls one after another, while a thread reads a pipe that no process writes to."""

import asyncio
import os
import threading
import time

from tools import adivina


async def trabaja(pide):
    threading.Thread(target=os.read, args=(os.pipe()[0], 1), daemon=True).start()
    return [await pide(n) for n in range(3)]
