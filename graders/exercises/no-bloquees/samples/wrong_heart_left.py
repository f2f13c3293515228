"""Wrong: nobody stops the heart."""

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
    asyncio.get_running_loop().corazon = asyncio.create_task(latir())
    return [await medir(sensor, pausa) for sensor in sensores]
