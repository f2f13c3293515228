"""Right: aiofiles."""

import asyncio

import aiofiles


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    async with aiofiles.open(sensor, encoding="utf-8") as archivo:
        return await archivo.read()


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
