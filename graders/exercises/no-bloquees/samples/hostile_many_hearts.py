"""Hostile: blocks as before, and prints many heartbeats beforehand."""

import asyncio
import time
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    print("♥ " * 20)
    time.sleep(pausa)
    return Path(sensor).read_text()


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
