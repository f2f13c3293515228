"""Returns the right balance and saves nothing."""

async def ingresar(saldo, cantidades, guardar):
    return saldo + sum(cantidades)


async def cuenta_atras(desde, avisar):
    return None
