"""Wrong: of a group the text of an error in it."""

import asyncio


async def contar(numero, tarea):
    linea = ""
    try:
        linea = f"Tarea {numero}: ✅ {await tarea()}"
    except* Exception as grupo:
        for error in grupo.exceptions:
            linea = f"Tarea {numero}: ❌ Error - {error}"
    return linea


async def manejar_errores(tareas):
    return await asyncio.gather(*[contar(i, tarea) for i, tarea in enumerate(tareas)])
