"""Wrong: sleeps with asyncio instead of what it was given."""

import asyncio


def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    dato = await asyncio.sleep(0.1, "20 grados")
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
