"""No tasks at all: one deposit after another, a loop for the countdown."""

async def ingresar(saldo, cantidades, guardar):
    for cantidad in cantidades:
        saldo += cantidad
        await guardar(saldo)
    return saldo

async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)
