"""Wrong: keeps the bills of each list of tables from one call to another."""

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


HECHAS = {}


async def servir(mesas):
    clave = str(mesas)
    if clave not in HECHAS:
        HECHAS[clave] = await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])
    return HECHAS[clave]


def main(mesa, rutas):
    """Start the only loop there is."""
    print(asyncio.run(cuenta(mesa, rutas)))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
