"""A task that awaits a task that awaits it."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    hecho = asyncio.Event()

    async def uno(cantidad):
        nonlocal saldo
        saldo += cantidad
        await guardar(saldo)
        await hecho.wait()

    for cantidad in cantidades:
        await uno(cantidad)
    hecho.set()
    return saldo

async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
