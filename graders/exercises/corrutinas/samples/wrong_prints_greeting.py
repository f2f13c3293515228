"""Wrong: saludar_async prints its greeting and returns nothing."""

def saludar():
    return "Hola"


async def saludar_async():
    print("Hola")


async def obtener_dato(esperar):
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
