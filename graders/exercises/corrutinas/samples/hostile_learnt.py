"""Hostile: prints the example's four lines, and asks for nothing."""

def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    return "Dato obtenido: 20 grados"


async def main(esperar):
    print("<class 'str'>\n<class 'coroutine'>\nHola\nDato obtenido: 20 grados")
