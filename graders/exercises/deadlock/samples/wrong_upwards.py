"""The recursion comes first, so that it counts upwards."""

async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        saldo += cantidad
        await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    if desde > 0:
        await cuenta_atras(desde - 1, avisar)
    await avisar(desde)
