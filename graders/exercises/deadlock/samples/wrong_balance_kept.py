"""The lock and the balance are global, and the second account has the first one's."""

import asyncio


cerrojo = asyncio.Lock()
total = None


async def ingresar(saldo, cantidades, guardar):
    global total
    total = total or saldo
    async with cerrojo:
        for cantidad in cantidades:
            total += cantidad
            await guardar(total)
    return total


async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
