"""Leaves a blank line before the datum."""


def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    return f"Dato obtenido: {await esperar(1)}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo, end="\n\n")
    print(await obtener_dato(esperar))
