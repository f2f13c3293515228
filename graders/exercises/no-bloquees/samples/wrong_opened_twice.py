"""Wrong: opens each sensor once to see whether it is there, and again to read it."""

import asyncio


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


def leer(sensor):
    with open(sensor):
        pass
    with open(sensor, encoding="utf-8") as archivo:
        return archivo.read()


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    return await asyncio.to_thread(leer, sensor)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
