import asyncio


async def ejemplo_secuencial(tarea_lenta):
    """Pide las tres tareas una detrás de otra y devuelve sus resultados en orden."""
    resultado1 = await tarea_lenta("Tarea 1", 2)
    # Sigue con las otras dos.
    return [resultado1]


async def ejemplo_paralelo(tarea_lenta):
    """Pide las tres tareas a la vez y devuelve sus resultados en orden."""
    # ¿Qué función de asyncio espera a varias corrutinas juntas?
    return []
