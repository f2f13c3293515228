import asyncio


def saludar():
    """Una función normal: devuelve "Hola"."""
    return "Hola"


# ¿Qué palabra le falta a esta para ser una corrutina?
def saludar_async():
    """Una corrutina: también devuelve "Hola", pero solo cuando alguien la espera."""
    return "Hola"


async def obtener_dato(esperar):
    """Espera un segundo con esperar(1) y devuelve "Dato obtenido: " con lo que llegue."""
    return "Dato obtenido: "


async def main(esperar):
    """Imprime las cuatro líneas del enunciado, paso a paso."""
    print(type(saludar()))
    # Te quedan tres.


# Para probarlo en tu ordenador: en lugar de `esperar`, una que siempre trae lo mismo.
async def esperar_de_prueba(segundos):
    await asyncio.sleep(segundos)
    return "20 grados"


if __name__ == "__main__":
    asyncio.run(main(esperar_de_prueba))
