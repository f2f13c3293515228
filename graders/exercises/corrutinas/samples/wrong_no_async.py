"""Wrong: saludar_async is a plain function, and nobody awaits it."""

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
    print(type(saludo))
    print(saludo)
    print(await obtener_dato(esperar))
