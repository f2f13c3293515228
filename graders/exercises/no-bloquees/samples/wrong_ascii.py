"""Wrong: leaves out whatever is not ASCII."""

import asyncio
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    datos = await asyncio.to_thread(Path(sensor).read_bytes)
    return datos.decode("ascii", "ignore")


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
