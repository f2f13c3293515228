"""Hostile: blocks as before, and beats from a thread."""

import asyncio
import threading
import time
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    time.sleep(pausa)
    return Path(sensor).read_text()


async def estacion(sensores, pausa):
    threading.Thread(target=lambda: asyncio.run(latir()), daemon=True).start()
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        pass
