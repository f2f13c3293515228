"""Right: looks at the coroutines first and awaits tasks made of them."""

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
    print(await asyncio.create_task(saludo))
    dato = asyncio.create_task(obtener_dato(esperar))
    await dato
    print(dato.result())
