"""Takes the lock away, so that it saves all at once."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    async def uno(cantidad):
        nonlocal saldo
        saldo += cantidad
        await guardar(saldo)

    await asyncio.gather(*(uno(cantidad) for cantidad in cantidades))
    return saldo

async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
