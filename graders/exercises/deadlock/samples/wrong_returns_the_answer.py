async def ingresar(saldo, cantidades, guardar):
    ultimo = saldo
    for cantidad in cantidades:
        saldo += cantidad
        ultimo = await guardar(saldo) or saldo
    return ultimo


async def cuenta_atras(desde, avisar):
    for n in range(desde, -1, -1):
        await avisar(n)
