"""The lock in the inner function only."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    cerrojo = asyncio.Lock()

    async def uno(cantidad):
        nonlocal saldo
        async with cerrojo:
            saldo += cantidad
            await guardar(saldo)

    async with asyncio.TaskGroup() as grupo:
        for cantidad in cantidades:
            grupo.create_task(uno(cantidad))
    return saldo


async def cuenta_atras(desde, avisar):
    if desde < 0:
        return
    await avisar(desde)
    await cuenta_atras(desde - 1, avisar)
