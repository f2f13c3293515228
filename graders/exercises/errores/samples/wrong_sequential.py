"""Wrong: no failure stops anybody, but each task waits for the one before."""


async def manejar_errores(tareas):
    lineas = []
    for i, tarea in enumerate(tareas):
        try:
            lineas.append(f"Tarea {i}: ✅ {await tarea()}")
        except Exception as error:
            lineas.append(f"Tarea {i}: ❌ Error - {error}")
    return lineas
