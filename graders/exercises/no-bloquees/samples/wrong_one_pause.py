"""Wrong: one pause, before the first sensor."""

import asyncio
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        await asyncio.sleep(pausa)
        return [await asyncio.to_thread(Path(sensor).read_text) for sensor in sensores]
    finally:
        corazon.cancel()
