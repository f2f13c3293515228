"""Wrong: numbered in the order in which they end."""

import asyncio


async def manejar_errores(tareas):
    lineas = []
    for i, primera in enumerate(asyncio.as_completed([tarea() for tarea in tareas])):
        try:
            lineas.append(f"Tarea {i}: ✅ {await primera}")
        except Exception as error:
            lineas.append(f"Tarea {i}: ❌ Error - {error}")
    return lineas
