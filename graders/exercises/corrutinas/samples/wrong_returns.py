"""Wrong: main returns the lines instead of printing them."""

def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    saludo = saludar_async()
    tipos = [type(saludar()), type(saludo)]
    return [*tipos, await saludo, await obtener_dato(esperar)]
