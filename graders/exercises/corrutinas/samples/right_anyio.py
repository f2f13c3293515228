"""Right: a task group of anyio, and a class with the coroutine in it."""

import anyio


class Mensajero:
    def __init__(self, esperar):
        self.esperar = esperar

    async def traer(self):
        return "Dato obtenido: %s" % await self.esperar(1)


def saludar():
    return "Hola"


async def saludar_async():
    return "Hola"


async def obtener_dato(esperar):
    return await Mensajero(esperar).traer()


async def main(esperar):
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))

    async def mostrar(corrutina):
        print(await corrutina)

    async with anyio.create_task_group() as grupo:
        grupo.start_soon(mostrar, saludo)
    await mostrar(obtener_dato(esperar))
