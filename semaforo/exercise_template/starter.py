import asyncio


async def saludar_a_todos(nombres, saludar):
    """Pide un saludo para cada nombre, todos a la vez, y los devuelve en el orden de nombres."""
    # ¿Qué función de asyncio espera a varias corrutinas juntas?
    return []
