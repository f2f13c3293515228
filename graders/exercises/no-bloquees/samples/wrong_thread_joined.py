"""Wrong: a thread, and the loop waits for it with join()."""

import asyncio
import threading


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


def leer(sensor):
    with open(sensor) as archivo:
        return archivo.read()


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    caja = []
    hilo = threading.Thread(target=lambda: caja.append(leer(sensor)))
    hilo.start()
    hilo.join()
    return caja[0]


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
