"""Right: every value in a variable, type hints, text put together with +."""

from collections.abc import Awaitable, Callable


def saludar() -> str:
    saludo = "Hola"
    return saludo


async def saludar_async() -> str:
    return saludar()


async def obtener_dato(esperar: Callable[[float], Awaitable[str]]) -> str:
    espera = esperar(1)
    dato = await espera
    return "Dato obtenido: " + str(dato)


async def main(esperar: Callable[[float], Awaitable[str]]) -> None:
    normal = saludar()
    corrutina = saludar_async()
    tipo = type(corrutina)
    print(type(normal))
    print(f"{tipo}")
    resultado = await corrutina
    print(resultado)
    dato = await obtener_dato(esperar)
    print(dato, flush=True)
