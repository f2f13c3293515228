"""Serves three tables at once, and never more."""


import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    return await asyncio.to_thread(Path(ruta).read_text)


async def precio(ruta):
    return int(await leer(ruta))


async def total(rutas):
    return sum([await precio(ruta) for ruta in rutas])


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    puestos = asyncio.Semaphore(3)

    async def una(mesa, rutas):
        async with puestos:
            return await cuenta(mesa, rutas)

    return await asyncio.gather(*[una(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
