"""Right: a class; total and precio are gone."""

import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    return await asyncio.to_thread(Path(ruta).read_text)


class Cuenta:
    def __init__(self, mesa):
        self.mesa = mesa
        self.euros = 0

    async def apunta(self, ruta):
        self.euros += int((await leer(ruta)).strip())

    def __str__(self):
        return f"Mesa {self.mesa}: {self.euros} euros"


async def cuenta(mesa, rutas):
    una = Cuenta(mesa)
    for ruta in rutas:
        await una.apunta(ruta)
    return str(una)


async def servir(mesas):
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
