"""Wrong: makes a second coroutine only to look at it, and forgets it."""

def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    print(type(saludar_async()))
    print(await saludar_async())
    print(await obtener_dato(esperar))
