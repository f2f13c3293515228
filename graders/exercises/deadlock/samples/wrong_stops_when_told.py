"""Counts no further once avisar has answered something."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    cerrojo = asyncio.Lock()
    for cantidad in cantidades:
        async with cerrojo:
            saldo += cantidad
            await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        if await avisar(numero):
            return
