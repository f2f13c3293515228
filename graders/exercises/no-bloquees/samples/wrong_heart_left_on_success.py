"""Wrong: the heart stops after an error only."""

import asyncio
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    return await asyncio.to_thread(Path(sensor).read_text)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    except OSError:
        corazon.cancel()
        raise
