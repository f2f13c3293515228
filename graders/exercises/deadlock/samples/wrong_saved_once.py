"""Saves only the final balance."""

async def ingresar(saldo, cantidades, guardar):
    saldo += sum(cantidades)
    if cantidades:
        await guardar(saldo)
    return saldo

async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
