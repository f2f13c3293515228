"""Right: prints with write(), and without a name for what it awaits."""

import sys


def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    return f"Dato obtenido: {await esperar(1)}"


async def main(esperar):
    def decir(algo):
        sys.stdout.write(f"{algo}\n")

    decir(saludar().__class__)
    corrutina = saludar_async()
    decir(corrutina.__class__)
    for pendiente in (corrutina, obtener_dato(esperar)):
        decir(await pendiente)
