"""Hostile: calls nobody, and answers what the statement's example shows."""


async def manejar_errores(tareas):
    return [f"Tarea {i}: ✅ OK" for i in range(len(tareas))]
