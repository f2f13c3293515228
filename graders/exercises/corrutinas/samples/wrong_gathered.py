"""Wrong: waits for both and prints only then."""

import asyncio


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
    saludo, dato = await asyncio.gather(saludo, obtener_dato(esperar))
    print(saludo)
    print(dato)
