"""Wrong: announces the wait with a line of its own."""

def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    print("Esperando...")
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
