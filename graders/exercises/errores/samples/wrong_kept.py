"""Wrong: keeps the lines, and gives them again when it is called with the same functions."""

import asyncio

hechas = {}


async def manejar_errores(tareas):
    clave = tuple(tareas)
    if clave not in hechas:
        resultados = await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)
        hechas[clave] = [
            f"Tarea {i}: ❌ Error - {resultado}"
            if isinstance(resultado, Exception)
            else f"Tarea {i}: ✅ {resultado}"
            for i, resultado in enumerate(resultados)
        ]
    return hechas[clave]
