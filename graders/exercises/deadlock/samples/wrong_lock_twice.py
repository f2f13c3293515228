"""Takes the lock by hand, and again in the block."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    cerrojo = asyncio.Lock()
    for cantidad in cantidades:
        await cerrojo.acquire()
        async with cerrojo:
            saldo += cantidad
            await guardar(saldo)
    return saldo

async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
