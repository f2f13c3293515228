"""Right: a thread of a pool does all that blocks; the pause too."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    def bloqueante():
        time.sleep(pausa)
        with open(sensor) as archivo:
            return "".join(archivo)

    with ThreadPoolExecutor(max_workers=1) as hilos:
        return await asyncio.get_running_loop().run_in_executor(hilos, bloqueante)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
