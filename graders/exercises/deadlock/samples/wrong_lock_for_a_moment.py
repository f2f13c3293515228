import asyncio


async def ingresar(saldo, cantidades, guardar):
    cerrojo = asyncio.Lock()

    async def uno(cantidad):
        nonlocal saldo
        try:
            async with asyncio.timeout(0.3):
                await cerrojo.acquire()
        except TimeoutError:
            pass
        saldo += cantidad
        await guardar(saldo)
        if cerrojo.locked():
            cerrojo.release()

    await asyncio.gather(*(uno(cantidad) for cantidad in cantidades))
    return saldo


async def cuenta_atras(desde, avisar):
    for n in range(desde, -1, -1):
        await avisar(n)
