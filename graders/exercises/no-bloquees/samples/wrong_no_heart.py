"""Wrong: the heart is a coroutine that nobody runs."""

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
    corazon = latir()
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.close()
