"""Reference solution of the exercise errores."""

import asyncio


async def manejar_errores(tareas):
    """Do all tasks at once and tell of each, in order, how it ended."""
    resultados = await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)
    lineas = []
    for i, resultado in enumerate(resultados):
        if isinstance(resultado, Exception):
            lineas.append(f"Tarea {i}: ❌ Error - {resultado}")
        else:
            lineas.append(f"Tarea {i}: ✅ {resultado}")
    return lineas
