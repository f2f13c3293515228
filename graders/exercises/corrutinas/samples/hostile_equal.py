"""Hostile: returns what claims to equal everything, and leaves the process."""

import os


class Igual(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def saludar():
    return Igual("Hola")


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    await esperar(1)
    return Igual("Dato obtenido: ")


async def main(esperar):
    os._exit(0)
