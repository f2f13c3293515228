saldo_actual = 0


async def ingresar(saldo, cantidades, guardar):
    # One balance for the whole module: a second account that starts meanwhile writes over it.
    global saldo_actual
    saldo_actual = saldo
    for cantidad in cantidades:
        saldo_actual = saldo_actual + cantidad
        await guardar(saldo_actual)
    return saldo_actual


async def cuenta_atras(desde, avisar):
    while desde >= 0:
        await avisar(desde)
        desde -= 1
