"""Wrong: closes the coroutine that it looked at, and greets with the plain function."""


def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


def ver_tipo(algo):
    print(type(algo))
    algo.close()


async def obtener_dato(esperar):
    return f"Dato obtenido: {await esperar(1)}"


async def main(esperar):
    print(type(saludar()))
    ver_tipo(saludar_async())
    print(saludar())
    print(await obtener_dato(esperar))
