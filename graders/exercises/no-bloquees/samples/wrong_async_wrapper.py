"""Wrong: a plain open inside async def, in a task: it blocks as before."""

import asyncio


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def leer(sensor):
    with open(sensor) as archivo:
        return archivo.read()


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    return await asyncio.create_task(leer(sensor))


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
