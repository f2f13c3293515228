"""The countdown returns how many it has announced."""

async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        saldo += cantidad
        await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    await avisar(desde)
    return 1 if desde == 0 else 1 + await cuenta_atras(desde - 1, avisar)
