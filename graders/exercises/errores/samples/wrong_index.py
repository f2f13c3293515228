"""Wrong: list.index finds the first of two equal results."""

import asyncio


async def manejar_errores(tareas):
    resultados = await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)
    lineas = []
    for r in resultados:
        i = resultados.index(r)
        if isinstance(r, Exception):
            lineas.append(f"Tarea {i}: ❌ Error - {r}")
        else:
            lineas.append(f"Tarea {i}: ✅ {r}")
    return lineas
