"""Reference solution of the exercise corrutinas."""

# What main prints is what is asked for.
# ruff: noqa: T201


def saludar():
    """Greet at once."""
    return "Hola"


async def saludar_async():
    """Greet when awaited."""
    return "Hola"


async def obtener_dato(esperar):
    """Wait for the datum and say that it came."""
    dato = await esperar(1)
    return f"Dato obtenido: {dato}"


async def main(esperar):
    """Show what each of them gives, before and after it is awaited."""
    print(type(saludar()))
    saludo = saludar_async()
    print(type(saludo))
    print(await saludo)
    print(await obtener_dato(esperar))
