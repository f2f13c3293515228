"""A lock of threads: the second task stops the whole loop."""

import asyncio
import threading


async def ingresar(saldo, cantidades, guardar):
    cerrojo = threading.Lock()

    async def uno(cantidad):
        nonlocal saldo
        with cerrojo:
            saldo += cantidad
            await guardar(saldo)

    await asyncio.gather(*[uno(cantidad) for cantidad in cantidades])
    return saldo


async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
