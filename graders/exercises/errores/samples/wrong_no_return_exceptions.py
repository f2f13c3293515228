"""Wrong: gather raises the first error, and there are no lines at all."""

import asyncio


async def manejar_errores(tareas):
    resultados = await asyncio.gather(*[tarea() for tarea in tareas])
    lineas = []
    for i, resultado in enumerate(resultados):
        if isinstance(resultado, Exception):
            lineas.append(f"Tarea {i}: ❌ Error - {resultado}")
        else:
            lineas.append(f"Tarea {i}: ✅ {resultado}")
    return lineas
