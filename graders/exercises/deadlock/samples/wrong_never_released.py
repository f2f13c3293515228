"""Takes the lock and never gives it back."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    cerrojo = asyncio.Lock()
    for cantidad in cantidades:
        await cerrojo.acquire()
        saldo += cantidad
        await guardar(saldo)
    return saldo

async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
