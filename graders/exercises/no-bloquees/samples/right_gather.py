"""Right: all sensors at once, as a tuple, the heart awaited at the end."""

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
        return tuple(await asyncio.gather(*(medir(s, pausa) for s in sensores)))
    finally:
        corazon.cancel()
        try:
            await corazon
        except asyncio.CancelledError:
            print("el corazón se para")
