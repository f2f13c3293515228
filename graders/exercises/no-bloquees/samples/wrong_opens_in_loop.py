"""Wrong: what is read in a thread was opened in the event loop, where opening waits, too."""

import asyncio


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


def abrir(sensor):
    return open(sensor, encoding="utf-8")


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    with abrir(sensor) as archivo:
        return await asyncio.to_thread(archivo.read)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
