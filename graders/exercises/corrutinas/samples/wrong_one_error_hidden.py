"""Hides that there is no connection."""



def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    try:
        dato = await esperar(1)
    except TimeoutError:
        dato = "demasiado tarde"
    return f"Dato obtenido: {dato}"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
