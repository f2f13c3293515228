"""Right: reads with aiofiles in its own way."""

import asyncio
import sys

import aiofiles


async def leer(ruta):
    async with aiofiles.open(ruta) as archivo:
        return await archivo.read()


async def precio(ruta):
    return int(await leer(ruta))


async def total(rutas):
    return sum([await precio(ruta) for ruta in rutas])


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
