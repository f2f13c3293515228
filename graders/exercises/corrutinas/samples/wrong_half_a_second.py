"""Gives the datum half a second, and makes one up."""


import asyncio


def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    try:
        dato = await asyncio.wait_for(esperar(1), timeout=0.5)
    except TimeoutError:
        dato = "sin datos"
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
