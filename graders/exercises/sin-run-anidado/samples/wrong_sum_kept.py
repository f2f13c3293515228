"""Keeps the sum between bills."""


import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    return await asyncio.to_thread(Path(ruta).read_text)


async def precio(ruta):
    return int(await leer(ruta))


suma = 0


async def total(rutas):
    global suma
    for ruta in rutas:
        suma += await precio(ruta)
    return suma


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
