"""Wrong: keeps the texts by sensor, so that one that is there twice gives one text."""

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
        textos = {}
        for sensor in sensores:
            textos[sensor] = await medir(sensor, pausa)
        return list(textos.values())
    finally:
        corazon.cancel()
