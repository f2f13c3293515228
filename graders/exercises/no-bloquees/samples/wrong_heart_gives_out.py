"""Wrong: a heart of ninety beats."""

import asyncio
from pathlib import Path


async def latir():
    for _ in range(90):
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    return await asyncio.to_thread(Path(sensor).read_text)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
