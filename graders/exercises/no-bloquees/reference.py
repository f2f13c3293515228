"""Reference solution of the exercise no-bloquees."""

import asyncio
from pathlib import Path


async def latir():
    """Print a heartbeat, twenty times a second."""
    while True:
        print("♥")  # noqa: T201
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    """Wait a little and read a sensor, and leave the loop to others meanwhile."""
    await asyncio.sleep(pausa)
    return await asyncio.to_thread(Path(sensor).read_text)


async def estacion(sensores, pausa):
    """Measure all sensors, with the heart beating beside it."""
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
