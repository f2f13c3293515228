"""Wrong: one after another, and the first failure ends the loop."""


async def manejar_errores(tareas):
    lineas = []
    try:
        for tarea in tareas:
            lineas.append(f"Tarea {len(lineas)}: ✅ {await tarea()}")
    except Exception as error:
        lineas.append(f"Tarea {len(lineas)}: ❌ Error - {error}")
    return lineas
