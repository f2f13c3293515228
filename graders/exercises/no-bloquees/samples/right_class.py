"""Right: a class, type hints, a decorator of the student's."""

import asyncio
from pathlib import Path


async def latir():
    while True:
        print("♥")
        await asyncio.sleep(0.05)


def en_un_hilo(funcion):
    async def envuelta(*argumentos):
        return await asyncio.to_thread(funcion, *argumentos)

    return envuelta


@en_un_hilo
def leer(sensor: str) -> str:
    return Path(sensor).read_text()


class Medidor:
    def __init__(self, pausa: float) -> None:
        self.pausa = pausa

    async def medir(self, sensor: str) -> str:
        await asyncio.sleep(self.pausa)
        return await leer(sensor)


async def estacion(sensores, pausa):
    corazon = asyncio.create_task(latir())
    try:
        medidor = Medidor(pausa)
        return [await medidor.medir(sensor) for sensor in sensores]
    finally:
        corazon.cancel()
