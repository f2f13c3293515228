"""Wrong: a pool of threads, and the loop waits for it with result()."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    await asyncio.sleep(pausa)
    with ThreadPoolExecutor() as hilos:
        return hilos.submit(Path(sensor).read_text).result()


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
