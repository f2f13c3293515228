"""Asks once and keeps the datum."""


datos = []


def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    if not datos:
        datos.append(await esperar(1))
    dato = datos[0]
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
