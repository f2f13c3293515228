"""Wrong: awaits a plain greeting, after printing the types of other things."""

def saludar():
    return "Hola"


def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    tipo = main(esperar)
    print(type(tipo))
    tipo.close()
    print(await saludo)
    print(await obtener_dato(esperar))
