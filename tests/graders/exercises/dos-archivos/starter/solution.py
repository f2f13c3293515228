from cocina import pedir


async def pedir_todo(claves, consulta):
    """Pide todas las claves a la vez."""
    ...
