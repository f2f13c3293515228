"""Amounts that are equal are deposited once."""

async def ingresar(saldo, cantidades, guardar):
    for cantidad in dict.fromkeys(cantidades):
        saldo += cantidad
        await guardar(saldo)
    return saldo


async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
