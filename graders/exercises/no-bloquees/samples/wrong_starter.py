"""Wrong: the starter, as it is."""

import asyncio
import time


async def latir():
    """Imprime un latido veinte veces por segundo. Esto está bien."""
    while True:
        print("♥")
        await asyncio.sleep(0.05)


async def medir(sensor, pausa):
    """Espera un poco y lee un sensor. Mientras tanto, nadie más puede hacer nada."""
    time.sleep(pausa)
    with open(sensor) as archivo:
        return archivo.read()


async def estacion(sensores, pausa):
    """Mide todos los sensores, con el corazón latiendo al lado. Esto también está bien."""
    corazon = asyncio.create_task(latir())
    try:
        return [await medir(sensor, pausa) for sensor in sensores]
    finally:
        corazon.cancel()
