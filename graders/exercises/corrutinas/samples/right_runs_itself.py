"""Right: runs itself when it is loaded, as the class does."""

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
    print(await saludo)
    print(await obtener_dato(esperar))


async def de_prueba(segundos):
    await asyncio.sleep(segundos / 100)
    return "20 grados"


asyncio.run(main(de_prueba))
