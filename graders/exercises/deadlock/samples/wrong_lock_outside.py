"""One lock for all accounts: a call waits while another saves."""

import asyncio

cerrojo = asyncio.Lock()


async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        async with cerrojo:
            saldo += cantidad
            await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
