import asyncio
import sys
from pathlib import Path


async def leer(ruta):
    """Lee un archivo sin parar a nadie. Esto está bien."""
    return await asyncio.to_thread(Path(ruta).read_text)


def precio(ruta):
    """El precio de un plato: el número que hay en su archivo."""
    return int(asyncio.run(leer(ruta)))


def total(rutas):
    """Lo que suman los platos."""
    return sum(precio(ruta) for ruta in rutas)


async def cuenta(mesa, rutas):
    """La cuenta de una mesa."""
    return f"Mesa {mesa}: {total(rutas)} euros"


async def servir(mesas):
    """Las cuentas de varias mesas, pares de mesa y rutas, a la vez. Esto está bien."""
    return await asyncio.gather(*[cuenta(mesa, rutas) for mesa, rutas in mesas])


def main(mesa, rutas):
    """La puerta del programa: aquí todavía no hay ningún event loop. Esto está bien."""
    print(asyncio.run(cuenta(mesa, rutas)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
