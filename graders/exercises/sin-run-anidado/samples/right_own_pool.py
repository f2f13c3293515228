"""Right: a pool of threads of its own, which is never shut down; tasks and wait."""


import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


HILOS = ThreadPoolExecutor(16)


async def leer(ruta):
    return await asyncio.get_running_loop().run_in_executor(HILOS, Path(ruta).read_text)


async def precio(ruta):
    return int(await leer(ruta))


async def total(rutas):
    return sum([await precio(ruta) for ruta in rutas])


async def cuenta(mesa, rutas):
    return f"Mesa {mesa}: {await total(rutas)} euros"


async def servir(mesas):
    tareas = [asyncio.ensure_future(cuenta(*par)) for par in mesas]
    await asyncio.wait(tareas)
    return [tarea.result() for tarea in tareas]


def main(mesa, rutas):
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
