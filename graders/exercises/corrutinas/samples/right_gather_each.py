"""Right: awaits through gather and wait_for, one at a time."""

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
    [texto] = await asyncio.gather(saludo)
    print(texto)
    print(await asyncio.wait_for(obtener_dato(esperar), timeout=60))
