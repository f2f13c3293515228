"""Wrong: the heart beats around each reading, and not in the pause."""

import asyncio
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    corazon = asyncio.create_task(latir())
    texto = asyncio.create_task(asyncio.to_thread(Path(sensor).read_text))
    try:
        return await texto
    finally:
        corazon.cancel()


async def estacion(sensores, pausa):
    return [await medir(sensor, pausa) for sensor in sensores]
