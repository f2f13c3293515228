"""Wrong: obtener_dato lets the wait go, and says the sentence by heart."""

def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    esperar(1)
    return "Dato obtenido: 20 grados"


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
