import asyncio


async def manejar_errores(tareas):
    """Hace todas las tareas a la vez y devuelve una línea por cada una, en orden."""
    # Cada tarea es una función: tarea() da la corrutina.
    resultados = await asyncio.gather(*[tarea() for tarea in tareas])
    # Funciona mientras nadie falle. ¿Qué pasa con las demás si una lanza un error?
    # ¿Y cómo sabes, después, cuáles fallaron?
    return [f"Tarea: {resultado}" for resultado in resultados]
