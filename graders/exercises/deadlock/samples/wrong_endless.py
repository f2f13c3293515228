"""One less each time, and no end."""

async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        saldo += cantidad
        await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    await avisar(desde)
    await cuenta_atras(desde - 1, avisar)
