"""Hostile: computes for a while, then runs a loop inside the loop, which nothing reads meanwhile."""

import asyncio
import sys
import time
from pathlib import Path


veces = 0


def run(corrutina):
    global veces
    veces += 1
    hasta = time.process_time() + 0.1
    while veces == 1 and time.process_time() < hasta:
        pass
    dentro = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(corrutina)
    finally:
        loop.close()
        asyncio._set_running_loop(dentro)


async def leer(ruta):
    return await asyncio.to_thread(Path(ruta).read_text)


def precio(ruta):
    return int(run(leer(ruta)))


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {sum(precio(ruta) for ruta in rutas)} euros"


async def servir(mesas):
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
