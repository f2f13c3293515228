import asyncio


async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        saldo += cantidad
        try:
            async with asyncio.timeout(0.5):
                await guardar(saldo)
        except TimeoutError:
            pass
    return saldo


async def cuenta_atras(desde, avisar):
    for n in range(desde, -1, -1):
        await avisar(n)
