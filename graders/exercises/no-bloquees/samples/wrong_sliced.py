"""Wrong: cuts its blocking sleep into slices, and lets others go between them."""

import asyncio
import time
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    for _ in range(2):
        time.sleep(pausa / 2)
        await asyncio.sleep(0)
    return await asyncio.to_thread(Path(sensor).read_text)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
