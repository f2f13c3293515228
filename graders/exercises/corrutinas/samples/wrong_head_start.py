"""Wrong: the task of the last step is set going first, and asks before the third line."""

import asyncio


def saludar():
    return "Hola"


async def saludar_async():
    await asyncio.sleep(0)
    return "Hola"


async def obtener_dato(esperar):
    return f"Dato obtenido: {await esperar(1)}"


async def main(esperar):
    tarea = asyncio.create_task(obtener_dato(esperar))
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await tarea)
