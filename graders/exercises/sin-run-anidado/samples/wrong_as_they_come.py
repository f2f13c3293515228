"""Returns the bills as they are done."""


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
    cuentas = [cuenta(mesa, rutas) for mesa, rutas in mesas]
    return [await lista for lista in asyncio.as_completed(cuentas)]


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
