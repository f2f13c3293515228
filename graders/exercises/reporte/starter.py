import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    """Devuelve {"reportes": [...]}: cada usuario con sus pedidos."""
    usuarios = await obtener_usuarios()
    # Cada usuario es un diccionario: {"id": 1, "nombre": "Ana"}.
    # Pide ahora los pedidos de todos. ¿Hace falta esperar a los de Ana para pedir los de Luis?
    return {"reportes": []}
