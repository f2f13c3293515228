"""Catches the RecursionError and calls it done."""

async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        saldo += cantidad
        await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    try:
        await avisar(desde)
        await cuenta_atras(desde, avisar)
    except RecursionError:
        return
