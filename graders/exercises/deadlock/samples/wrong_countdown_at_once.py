"""Announces all numbers at once."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        saldo += cantidad
        await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    await asyncio.gather(*[avisar(numero) for numero in range(desde, -1, -1)])
