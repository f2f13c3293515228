"""Right: run_in_executor and a function of its own."""

import asyncio


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


def leer(sensor):
    with open(sensor) as archivo:
        return archivo.read()


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    return await asyncio.get_running_loop().run_in_executor(None, leer, sensor)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
