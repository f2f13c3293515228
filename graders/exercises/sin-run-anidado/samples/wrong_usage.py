import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    """Read a file, and stop nobody meanwhile."""
    return await asyncio.to_thread(Path(ruta).read_text)


async def precio(ruta):
    """Return the number in a file."""
    return int(await leer(ruta))


async def total(rutas):
    """Return the sum of all."""
    return sum([await precio(ruta) for ruta in rutas])


async def cuenta(mesa, rutas):
    """Return a table's bill."""
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    """Return the bills of several tables, pairs of table and paths, all at once."""
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    """Start the only loop there is."""
    print(asyncio.run(cuenta(mesa, rutas)))  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print("Uso: python solution.py mesa platos")
    else:
        main(sys.argv[1], sys.argv[2:])
