"""Wrong: awaits the function itself."""


async def manejar_errores(tareas):
    return [f"Tarea {i}: ✅ {await tarea}" for i, tarea in enumerate(tareas)]
