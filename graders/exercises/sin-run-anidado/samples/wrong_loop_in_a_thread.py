"""Takes the whole old program to a thread, where it starts a loop of its own."""


import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    return await asyncio.to_thread(Path(ruta).read_text)


def precio(ruta):
    return int(asyncio.run(leer(ruta)))


def suma(rutas):
    return sum(precio(ruta) for ruta in rutas)


async def total(rutas):
    return await asyncio.to_thread(suma, rutas)


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
