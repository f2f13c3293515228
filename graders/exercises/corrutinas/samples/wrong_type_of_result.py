"""Wrong: awaits first and looks at the type afterwards."""

def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = await saludar_async()
    print(type(saludo))
    print(saludo)
    print(await obtener_dato(esperar))
