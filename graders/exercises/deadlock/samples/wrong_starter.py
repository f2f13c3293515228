"""The starter: the lock is asked for twice."""

import asyncio


async def ingresar(saldo, cantidades, guardar):
    """Ingresa todas las cantidades, guarda cada saldo y devuelve el último."""
    cerrojo = asyncio.Lock()

    async def guardar_saldo():
        async with cerrojo:  # de uno en uno
            await guardar(saldo)

    async def uno(cantidad):
        nonlocal saldo
        async with cerrojo:  # que nadie toque el saldo mientras tanto
            saldo += cantidad
            await guardar_saldo()

    await asyncio.gather(*(uno(cantidad) for cantidad in cantidades))
    return saldo


async def cuenta_atras(desde, avisar):
    """Avisa de cada número hasta llegar a 0."""
    await avisar(desde)
    await cuenta_atras(desde, avisar)
