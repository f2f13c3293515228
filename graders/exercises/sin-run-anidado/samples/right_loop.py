"""Right: adds up in a for, main is a coroutine started at the bottom."""

import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    return await asyncio.to_thread(Path(ruta).read_text)


async def precio(ruta):
    return int(await leer(ruta))


async def total(rutas):
    suma = 0
    for ruta in rutas:
        suma += await precio(ruta)
    return suma


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


async def main(mesa: str, rutas: list[str]) -> None:
    print(await cuenta(mesa, rutas))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
