"""Wrong: made saludar a coroutine, too."""

async def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    primero = saludar()
    print(type(primero))
    await primero
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
