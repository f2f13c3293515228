"""Wrong: the countdown makes everybody wait."""

import asyncio
import time


async def ingresar(saldo, cantidades, guardar):
    """Deposit every amount, saving each balance, one at a time; return the final balance."""
    cerrojo = asyncio.Lock()

    async def uno(cantidad):
        nonlocal saldo
        async with cerrojo:
            saldo += cantidad
            await guardar(saldo)

    await asyncio.gather(*(uno(cantidad) for cantidad in cantidades))
    return saldo


async def cuenta_atras(desde, avisar):
    """Call avisar with every number from `desde` down to 0."""
    await avisar(desde)
    if desde > 0:
        time.sleep(0.2)
        await cuenta_atras(desde - 1, avisar)
