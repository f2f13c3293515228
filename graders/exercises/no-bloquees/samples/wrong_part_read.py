"""Wrong: only the first page of a sensor."""

import asyncio
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


def leer(sensor):
    with open(sensor) as archivo:
        return archivo.read(65536)


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    return await asyncio.to_thread(leer, sensor)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
