"""Right: an asynchronous generator, gone through with async for; a Runner in main."""

import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    return await asyncio.to_thread(Path(ruta).read_text)


async def precio(ruta):
    return int(await leer(ruta))


async def precios(rutas):
    for ruta in rutas:
        yield await asyncio.create_task(precio(ruta))


async def total(rutas):
    return sum([uno async for uno in precios(rutas)])


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    with asyncio.Runner() as corredor:
        print(corredor.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
