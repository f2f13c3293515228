"""Wrong: looks at one coroutine, closes it unawaited, and has the greeting of another."""

def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    saludo.close()
    print(await saludar_async())
    print(await obtener_dato(esperar))
